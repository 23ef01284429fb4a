import type { Order } from '../../domain/order.ts';
import type { OrderView } from '../application.ts';
import type { Reader } from '../ports.ts';

/** Adds the owners' names; each is read once. */
export const orderViews = async (reader: Reader, orders: readonly Order[]): Promise<readonly OrderView[]> => {
  const names = new Map<string, string>();
  for (const { owner } of orders) {
    if (!names.has(owner)) names.set(owner, (await reader.get('accounts', owner))?.username ?? '');
  }
  return orders.map(order => ({ order, ownerName: names.get(order.owner) ?? '' }));
};
