import type { Actor } from '../../domain/account.ts';
import { isOrderId, type Order, orderKey } from '../../domain/order.ts';
import { Refusal } from '../../domain/refusal.ts';
import { isOwn, type MethodName } from '../../domain/rights.ts';
import { checkedRight } from '../access/checked-right.ts';
import type { Reader } from '../ports.ts';

/** Ignoring case. */
export const orderNamed = async (reader: Reader, orderId: string): Promise<Order | undefined> =>
  isOrderId(orderId)
    ? (await reader.find('orders', { where: { key: orderKey(orderId) }, limit: 1 }))[0]
    : undefined;

/**
 * The order, for a caller who may do this to it.
 * @throws Refusal NotFound, also for a user's view of the orders of others; NotPermitted
 */
export const findActorOrder = async (
  reader: Reader,
  actor: Actor,
  method: MethodName,
  orderId: string,
): Promise<Order> => {
  const right = checkedRight(actor, method);
  const order = await orderNamed(reader, orderId);
  if (order === undefined || (actor.role === 'user' && !isOwn(actor, order))) {
    throw new Refusal('NotFound', `There is no order ${JSON.stringify(orderId.slice(0, 64))}.`);
  }
  if (right === 'own' && !isOwn(actor, order)) {
    throw new Refusal(
      'NotPermitted',
      `Order ${order.orderId} is neither owned nor submitted by ${actor.username}.`,
    );
  }
  return order;
};
