import type { Actor } from '../../domain/account.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import { newJob } from '../../domain/job.ts';
import { openStatuses } from '../../domain/job-status.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { NewJobOrder } from '../application.ts';
import type { Rules } from '../deps.ts';
import { nextNumber } from '../next-number.ts';
import type { Transaction } from '../ports.ts';
import { approveByRule, approvedToStart } from './approval.ts';
import { checkJobOrderId } from './job-order-id.ts';

export interface NewJob {
  readonly owner: string;
  readonly file: GcodeFile;
  readonly wantedPrinter: string;
  readonly orderId: string;
  readonly priority: number;
  /** Why it was made; '' for a plain submission. */
  readonly reason: string;
  readonly jobOrder?: NewJobOrder;
}

/**
 * Puts a job of its own number, approved if a rule says so.
 * @throws Refusal Busy when there are too many open jobs, QuotaExceeded when a user has too many; of a job order
 * RequestIdConflict when its id is taken, NotPermitted when it is to start and nobody has approved it
 */
export const putNewJob = async (
  tx: Transaction,
  submitter: Actor,
  rules: Rules,
  time: string,
  { owner, file, wantedPrinter, orderId, priority, reason, jobOrder }: NewJob,
): Promise<number> => {
  if (jobOrder !== undefined) await checkJobOrderId(tx, jobOrder.id);
  if ((await tx.count('jobs', { status: openStatuses })) >= rules.maxOpenJobs) {
    throw new Refusal('Busy', `There are ${rules.maxOpenJobs} open jobs: submit again later.`);
  }
  if (
    submitter.role === 'user' &&
    (await tx.count('jobs', { owner, status: openStatuses })) >= rules.maxOpenJobsPerUser
  ) {
    throw new Refusal(
      'QuotaExceeded',
      `You have ${rules.maxOpenJobsPerUser} open jobs: submit again when one is done, or cancel one.`,
    );
  }
  const id = await nextNumber(tx, 'jobs');
  const job = newJob(
    id,
    'created',
    { time, actor: submitter.accountId, reason },
    {
      owner,
      submitter: submitter.accountId,
      fileId: file.id,
      fileName: file.partName === '' ? file.name : file.partName,
      wantedPrinter,
      orderId,
      // Staff and machines set priorities; a user may only step back.
      priority: submitter.role === 'user' ? Math.min(priority, 0) : priority,
      ...(jobOrder && { jobOrderId: jobOrder.id, held: jobOrder.held, jobOrder: jobOrder.said }),
    },
  );
  const mustStart = jobOrder?.held === false;
  tx.put(
    'jobs',
    mustStart ? approvedToStart(job, submitter, file, rules) : approveByRule(job, submitter, file, rules),
  );
  return id;
};
