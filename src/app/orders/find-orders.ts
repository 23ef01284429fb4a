import { type Order, type OrderStatus, orderStatusCodeOf, orderStatuses } from '../../domain/order.ts';
import { Refusal } from '../../domain/refusal.ts';
import { checkedRight } from '../access/checked-right.ts';
import { visibleTo } from '../access/visible-to.ts';
import { accountNamed } from '../accounts/account-named.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Where } from '../ports.ts';
import { orderViews } from './order-views.ts';

const MAX_COUNT = 1000;

/** By name or public code. */
const statusOf = (text: string): OrderStatus => {
  const status = orderStatuses.find(one => one === text || String(orderStatusCodeOf(one)) === text);
  if (status === undefined) {
    throw new Refusal('InvalidArgument', `Status must be one of ${orderStatuses.join(', ')}, or empty.`);
  }
  return status;
};

export const createFindOrders =
  ({ store }: ApplicationDeps): Application['findOrders'] =>
  async (actor, { status, owner, after, maxCount }) => {
    const right = checkedRight(actor, 'GetOrder');
    const account = owner === '' ? undefined : await accountNamed(store, owner);
    if (owner !== '' && account === undefined) return [];
    const where: Where<Order> = {
      ...(status !== '' && { status: statusOf(status) }),
      ...(account && { owner: account.id }),
    };
    const limit = Math.min(maxCount, MAX_COUNT);
    const found = new Map<number, Order>();
    for (const query of visibleTo(actor, right, where)) {
      for (const order of await store.find('orders', { where: query, after, limit }))
        found.set(order.id, order);
    }
    const orders = [...found.values()].sort((left, right) => left.id - right.id).slice(0, limit);
    return orderViews(store, orders);
  };
