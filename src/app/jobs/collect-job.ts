import { advance } from '../../domain/job.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { changeJob } from './change-job.ts';

/** The owner has the part. */
export const createCollectJob =
  (deps: ApplicationDeps): Application['collectJob'] =>
  (actor, jobId) =>
    changeJob(deps, 'CollectJob', { actor, jobId, reason: '' }, (job, step) =>
      job.status === 'collected' ? job : advance(job, 'collected', step),
    );
