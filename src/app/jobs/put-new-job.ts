import type { Actor } from '../../domain/account.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import { type Job, newJob } from '../../domain/job.ts';
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
  /** The job that it retries; absent: none. */
  readonly retryOf?: number;
  readonly jobOrder?: NewJobOrder;
  /** Of the order that it counts for; absent: none. */
  readonly orderNumber?: number;
}

/**
 * Room for so many more open jobs: of all of them or of none.
 * @throws Refusal Busy when there are too many open jobs, QuotaExceeded when a user has too many
 */
const checkRoom = async (
  tx: Transaction,
  submitter: Actor,
  { maxOpenJobs, maxOpenJobsPerUser }: Rules,
  owner: string,
  wanted: number,
): Promise<void> => {
  const open = await tx.count('jobs', { status: openStatuses });
  if (open + wanted > maxOpenJobs) {
    throw new Refusal(
      'Busy',
      wanted === 1
        ? `There are ${maxOpenJobs} open jobs: submit again later.`
        : `${open} of at most ${maxOpenJobs} jobs are open, ${wanted} more are too many: submit again later, or fewer.`,
    );
  }
  if (submitter.role !== 'user') return;
  const own = await tx.count('jobs', { owner, status: openStatuses });
  if (own + wanted > maxOpenJobsPerUser) {
    throw new Refusal(
      'QuotaExceeded',
      wanted === 1
        ? `You have ${maxOpenJobsPerUser} open jobs: submit again when one is done, or cancel one.`
        : `You have ${own} of at most ${maxOpenJobsPerUser} open jobs: ${wanted} more are too many, submit fewer.`,
    );
  }
};

const makeJob = async (
  tx: Transaction,
  submitter: Actor,
  rules: Rules,
  time: string,
  { owner, file, wantedPrinter, orderId, priority, reason, retryOf, jobOrder, orderNumber }: NewJob,
): Promise<Job> => {
  const job = newJob(
    await nextNumber(tx, 'jobs'),
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
      ...(retryOf !== undefined && { retryOf }),
      ...(jobOrder && { jobOrderId: jobOrder.id, held: jobOrder.held, jobOrder: jobOrder.said }),
      ...(orderNumber !== undefined && { orderNumber }),
    },
  );
  const mustStart = jobOrder?.held === false;
  const made = mustStart
    ? approvedToStart(job, submitter, file, rules)
    : approveByRule(job, submitter, file, rules);
  tx.put('jobs', made);
  return made;
};

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
  given: NewJob,
): Promise<number> => {
  if (given.jobOrder !== undefined) await checkJobOrderId(tx, given.jobOrder.id);
  await checkRoom(tx, submitter, rules, given.owner, 1);
  return (await makeJob(tx, submitter, rules, time, given)).id;
};

/**
 * Puts so many jobs that differ in nothing but their numbers, in ascending order of these.
 * @throws Refusal Busy, QuotaExceeded when not all of them have room
 */
export const putNewJobs = async (
  tx: Transaction,
  submitter: Actor,
  rules: Rules,
  time: string,
  given: Omit<NewJob, 'jobOrder'>,
  count: number,
): Promise<readonly Job[]> => {
  await checkRoom(tx, submitter, rules, given.owner, count);
  const jobs: Job[] = [];
  while (jobs.length < count) jobs.push(await makeJob(tx, submitter, rules, time, given));
  return jobs;
};
