import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { findActorOrder } from './find-actor-order.ts';
import { orderViews } from './order-views.ts';

/** Of an order that was retried very often the later ones are found by FindJobs alone. */
const MAX_JOBS = 2000;

export const createGetOrder =
  ({ store }: ApplicationDeps): Application['getOrder'] =>
  async (actor, orderId) => {
    const order = await findActorOrder(store, actor, 'GetOrder', orderId);
    const [view] = await orderViews(store, [order]);
    if (view === undefined) throw new Error(`Order ${order.orderId} has no view.`);
    return view;
  };

export const createGetOrderJobs =
  ({ store }: ApplicationDeps): Application['getOrderJobs'] =>
  async (actor, orderId) => {
    const order = await findActorOrder(store, actor, 'GetOrder', orderId);
    const where = { orderId: order.orderId, orderNumber: order.id };
    const jobs = await store.find('jobs', { where, after: order.firstJob - 1, limit: MAX_JOBS });
    return jobs.map(({ id }) => id);
  };
