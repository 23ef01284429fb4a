import { type Order, orderStatusCodeOf } from '../../domain/order.ts';
import { shortText } from '../short-text.ts';
import type { Instance } from './instantiate.ts';
import { type SlotValue, timeOf } from './variable-slot.ts';

/** An order's object and the row that it shows. */
export interface OrderNode {
  readonly instance: Instance;
  order: Order;
}

const valuesOf = (order: Order, ownerName: string): Readonly<Record<string, SlotValue>> => ({
  OrderId: order.orderId,
  Owner: shortText(ownerName),
  File: shortText(order.fileName),
  Quantity: order.quantity,
  Done: order.tally.done,
  Failed: order.tally.failed,
  StatusCode: orderStatusCodeOf(order.status),
  Status: order.status,
  CreateTime: timeOf(order.createTime),
});

export const showOrder = (node: OrderNode, order: Order, ownerName: string, now: Date): void => {
  node.order = order;
  for (const [name, value] of Object.entries(valuesOf(order, ownerName))) {
    const slot = node.instance.slots.get(name);
    if (slot === undefined) throw new Error(`PrintOrderType has no ${name}.`);
    slot.write(value, now);
  }
};
