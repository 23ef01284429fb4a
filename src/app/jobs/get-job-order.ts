import { Refusal } from '../../domain/refusal.ts';
import { checkedRight } from '../access/checked-right.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { findActorJob } from './find-actor-job.ts';
import { findJobOrder } from './job-order-id.ts';

export const createGetJobOrder =
  ({ store }: Pick<ApplicationDeps, 'store'>): Application['getJobOrder'] =>
  async (actor, jobOrderId) => {
    checkedRight(actor, 'GetJob');
    const found = await findJobOrder(store, jobOrderId);
    if (found === undefined) throw new Refusal('NotFound', 'There is no job order of that JobOrderID.');
    return findActorJob(store, actor, 'GetJob', found.id);
  };
