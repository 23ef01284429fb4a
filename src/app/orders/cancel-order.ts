import { cancelOrder } from '../../domain/order.ts';
import { Refusal } from '../../domain/refusal.ts';
import { checkedText, MAX_REASON } from '../../domain/text.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { cancellableStatuses, withCancel } from '../jobs/cancel-job.ts';
import { stepBy } from '../step-by.ts';
import { findActorOrder } from './find-actor-order.ts';

/**
 * Cancels what is not printed yet, for good. A print under way is told to stop, also where nobody follows its printer
 * now: it is cancelled once somebody does. What is unknown stays for a person to resolve.
 */
export const createCancelOrder =
  ({ commit, clock }: ApplicationDeps): Application['cancelOrder'] =>
  async (actor, orderId, reason) => {
    const why = checkedText('Reason', reason, MAX_REASON);
    await commit({ actor: actor.accountId, reason: why }, async tx => {
      const order = await findActorOrder(tx, actor, 'CancelOrder', orderId);
      if (order.status === 'cancelled') return;
      if (order.status === 'done') {
        throw new Refusal('InvalidState', `Order ${order.orderId} is done: nothing to cancel.`);
      }
      const step = stepBy(clock, actor, why);
      // By its statuses, none of which is archived; references of the same words belong to no order.
      const where = { orderId: order.orderId, orderNumber: order.id, status: cancellableStatuses };
      for (const job of await tx.find('jobs', { where })) {
        tx.put('jobs', withCancel(job, { ...step, reason: why || `Order ${order.orderId} was cancelled.` }));
      }
      tx.put('orders', cancelOrder(order, step));
    });
  };
