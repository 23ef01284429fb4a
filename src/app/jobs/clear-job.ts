import { advance } from '../../domain/job.ts';
import { openStatuses } from '../../domain/job-status.ts';
import { Refusal } from '../../domain/refusal.ts';
import { checkedText, MAX_REASON } from '../../domain/text.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { unstartedStatuses } from './cancel-job.ts';
import { changeJob } from './change-job.ts';
import { checkControlled } from './check-followed.ts';

export const createWithdrawJob =
  (deps: ApplicationDeps): Application['withdrawJob'] =>
  async (actor, jobId, reason) => {
    const why = checkedText('Reason', reason, MAX_REASON);
    await changeJob(deps, 'CancelJob', { actor, jobId, reason: why }, (job, step) => {
      checkControlled(job);
      if (job.status === 'cancelled' && job.offList) return job;
      if (!unstartedStatuses.includes(job.status)) {
        throw new Refusal('InvalidState', `Job ${job.id} is ${job.status}: it is too late to withdraw it.`);
      }
      return advance(job, 'cancelled', step, { endTime: step.time, offList: true });
    });
  };

/** The job itself stays, and what is still to be done with its part. */
export const createClearJob =
  (deps: ApplicationDeps): Application['clearJob'] =>
  async (actor, jobId, reason) => {
    const why = checkedText('Reason', reason, MAX_REASON);
    await changeJob(deps, 'ClearJob', { actor, jobId, reason: why }, job => {
      if (openStatuses.includes(job.status)) {
        throw new Refusal('InvalidState', `Job ${job.id} is ${job.status}: cancel it, or wait for its end.`);
      }
      return job.offList ? job : { ...job, offList: true };
    });
  };
