import type { GcodeFile } from '../../domain/gcode-file.ts';
import type { Job } from '../../domain/job.ts';
import { openStatuses, retryableStatuses } from '../../domain/job-status.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Reader } from '../ports.ts';
import { printerRow } from '../printers/find-printer.ts';
import { findActorJob } from './find-actor-job.ts';
import { once } from './once.ts';
import { putNewJob } from './put-new-job.ts';
import { checkedWish } from './wanted-printer.ts';

/** A cancelled order is cancelled for good, so nothing is printed for it any more. */
const checkOrderGoesOn = async (reader: Reader, { id, orderId, orderNumber }: Job): Promise<void> => {
  const order = orderNumber === undefined ? undefined : await reader.get('orders', orderNumber);
  if (order?.status === 'cancelled') {
    throw new Refusal('InvalidState', `Order ${orderId} of job ${id} is cancelled: submit the file anew.`);
  }
};

/**
 * Two clicks on one button are no two jobs: only who names the request by an id of its own may have another.
 * @throws Refusal InvalidState while a retry of it is still to be printed
 */
const checkNoOpenRetry = async (reader: Reader, { id, owner }: Job): Promise<void> => {
  const where = { owner, status: openStatuses, retryOf: id };
  const [open] = await reader.find('jobs', { where, limit: 1 });
  if (open === undefined) return;
  throw new Refusal(
    'InvalidState',
    `Job ${open.id} retries job ${id} already and is ${open.status}: to print one more, give a RequestId (HTTP: request_id).`,
  );
};

/** The printer that it was for may have left the lab since. */
const wishOf = async (reader: Reader, file: GcodeFile, { id, wantedPrinter }: Job): Promise<string> => {
  const isNamed = wantedPrinter !== '' && !wantedPrinter.startsWith('group:');
  const printer = isNamed ? await printerRow(reader, wantedPrinter) : undefined;
  if (isNamed && printer?.removed !== false) {
    throw new Refusal(
      'NoCompatiblePrinter',
      `Job ${id} was for ${wantedPrinter}, which is no longer in the lab: submit ${file.id} for any printer or a group.`,
    );
  }
  return checkedWish(reader, file, wantedPrinter);
};

/** A new job of the same file, order, owner and wishes, approved by the same rules as a new submission. */
export const createRetryJob =
  ({ commit, clock, rules }: ApplicationDeps): Application['retryJob'] =>
  async (actor, jobId, requestId) => {
    const time = clock.now();
    const call = { actor, method: 'RetryJob', requestId, arguments: [jobId], time } as const;
    return commit({ actor: actor.accountId }, async tx => {
      const job = await findActorJob(tx, actor, 'RetryJob', jobId);
      return once(tx, call, async () => {
        if (!job.fromServer) {
          throw new Refusal('InvalidState', `Job ${jobId} was started at the printer: its file is not here.`);
        }
        if (!retryableStatuses.includes(job.status)) {
          throw new Refusal('InvalidState', `Job ${jobId} is ${job.status}: nothing to retry.`);
        }
        await checkOrderGoesOn(tx, job);
        if (requestId === '') await checkNoOpenRetry(tx, job);
        const file = await tx.get('files', job.fileId);
        if (file === undefined)
          throw new Refusal('NotFound', `The file of job ${jobId} is gone: upload it again.`);
        return putNewJob(tx, actor, rules, time.toISOString(), {
          owner: job.owner,
          file,
          wantedPrinter: await wishOf(tx, file, job),
          orderId: job.orderId,
          priority: job.priority,
          reason: `Retry of job ${jobId}.`,
          retryOf: jobId,
          ...(job.orderNumber !== undefined && { orderNumber: job.orderNumber }),
        });
      });
    });
  };
