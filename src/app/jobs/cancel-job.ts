import { advance, type Job, type Step } from '../../domain/job.ts';
import { type JobStatus, startedStatuses } from '../../domain/job-status.ts';
import { Refusal } from '../../domain/refusal.ts';
import { checkedText, MAX_REASON } from '../../domain/text.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { changeJob } from './change-job.ts';
import { checkControlled, checkFollowed } from './check-followed.ts';

export const unstartedStatuses: readonly JobStatus[] = ['created', 'approved', 'scheduled'];
/**
 * The table would let `unknown` become cancelIssued, but that is for a print that is seen again; a job that is being
 * cancelled needs no more.
 */
export const cancellableStatuses: readonly JobStatus[] = [
  ...unstartedStatuses,
  ...startedStatuses.filter(status => status !== 'cancelIssued'),
];

/** A job in one of `cancellableStatuses` on its way to cancelled, or there. */
export const withCancel = (job: Job, step: Step): Job =>
  unstartedStatuses.includes(job.status)
    ? advance(job, 'cancelled', step, { endTime: step.time })
    : advance(job, 'cancelIssued', step, { cancelAccepted: true, requested: null });

/** Before the start the job is cancelled at once; after it the worker is told to, and 0 means accepted. */
export const createCancelJob =
  (deps: ApplicationDeps): Application['cancelJob'] =>
  async (actor, jobId, reason) => {
    const why = checkedText('Reason', reason, MAX_REASON);
    await changeJob(deps, 'CancelJob', { actor, jobId, reason: why }, async (job, step, tx) => {
      checkControlled(job);
      if (job.status === 'cancelled' || job.status === 'cancelIssued') return job;
      if (!cancellableStatuses.includes(job.status)) throw invalid(job.id, job.status);
      if (startedStatuses.includes(job.status)) await checkFollowed(tx, job);
      return withCancel(job, step);
    });
  };

const invalid = (jobId: number, status: JobStatus): Refusal =>
  new Refusal(
    'InvalidState',
    status === 'unknown'
      ? `Job ${jobId} is unknown: look at the printer and resolve it.`
      : `Job ${jobId} is ${status}: nothing to cancel.`,
  );
