import { Refusal } from '../../domain/refusal.ts';
import { checkedRight } from '../access/checked-right.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { findActorJob } from './find-actor-job.ts';
import { findJobOrder } from './job-order-id.ts';
import { createJobViews } from './job-views.ts';

const unknown = (): Refusal => new Refusal('NotFound', 'There is no job order of that JobOrderID.');

export const createGetJobOrder = (deps: ApplicationDeps): Application['getJobOrder'] => {
  const viewsOf = createJobViews(deps);
  return async (actor, jobOrderId) => {
    checkedRight(actor, 'GetJob');
    const found = await findJobOrder(deps.store, jobOrderId);
    if (found === undefined) throw unknown();
    const job = await findActorJob(deps.store, actor, 'GetJob', found.id);
    const [view] = await viewsOf([job]);
    if (view === undefined) throw unknown();
    return view;
  };
};
