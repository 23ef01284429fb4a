import { advance } from '../../domain/job.ts';
import { MAX_REASON, requiredText } from '../../domain/text.ts';
import { checkedRight } from '../access/checked-right.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { changeJob } from './change-job.ts';

/** The owner is told why: a reason is required. */
export const createRejectJob =
  (deps: ApplicationDeps): Application['rejectJob'] =>
  async (actor, jobId, reason) => {
    checkedRight(actor, 'RejectJob');
    const why = requiredText('Reason', reason, MAX_REASON);
    await changeJob(deps, 'RejectJob', { actor, jobId, reason: why }, (job, step) =>
      job.status === 'rejected' ? job : advance(job, 'rejected', step, { endTime: step.time }),
    );
  };
