import type { Job } from '../../domain/job.ts';
import { retryableStatuses } from '../../domain/job-status.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Reader } from '../ports.ts';
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
        const file = await tx.get('files', job.fileId);
        if (file === undefined)
          throw new Refusal('NotFound', `The file of job ${jobId} is gone: upload it again.`);
        return putNewJob(tx, actor, rules, time.toISOString(), {
          owner: job.owner,
          file,
          wantedPrinter: await checkedWish(tx, file, job.wantedPrinter),
          orderId: job.orderId,
          priority: job.priority,
          reason: `Retry of job ${jobId}.`,
          ...(job.orderNumber !== undefined && { orderNumber: job.orderNumber }),
        });
      });
    });
  };
