import type { Actor } from '../../domain/account.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import { newJob } from '../../domain/job.ts';
import { openStatuses } from '../../domain/job-status.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Rules } from '../deps.ts';
import { nextNumber } from '../next-number.ts';
import type { Transaction } from '../ports.ts';
import { approveByRule } from './approval.ts';

export interface NewJob {
  readonly owner: string;
  readonly file: GcodeFile;
  readonly wantedPrinter: string;
  readonly orderId: string;
  readonly priority: number;
  /** Why it was made; '' for a plain submission. */
  readonly reason: string;
}

/**
 * Puts a job of its own number, approved if a rule says so.
 * @throws Refusal Busy when there are too many open jobs, QuotaExceeded when a user has too many
 */
export const putNewJob = async (
  tx: Transaction,
  submitter: Actor,
  rules: Rules,
  time: string,
  { owner, file, wantedPrinter, orderId, priority, reason }: NewJob,
): Promise<number> => {
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
    },
  );
  tx.put('jobs', approveByRule(job, submitter, file, rules));
  return id;
};
