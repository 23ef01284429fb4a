import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { findActorJob } from './find-actor-job.ts';
import { createJobViews } from './job-views.ts';

export const createGetJob = (deps: ApplicationDeps): Application['getJob'] => {
  const viewsOf = createJobViews(deps);
  return async (actor, jobId) => {
    const job = await findActorJob(deps.store, actor, 'GetJob', jobId);
    const [view] = await viewsOf([job]);
    if (view === undefined) throw new Error(`Job ${jobId} has no view.`);
    return view;
  };
};
