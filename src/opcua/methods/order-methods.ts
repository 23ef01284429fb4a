import { orderStatusCodeOf } from '../../domain/order.ts';
import type { UseCases } from './use-case.ts';

type OrderMethod = 'SubmitOrder' | 'CancelOrder' | 'GetOrder';

export const orderMethods: UseCases<OrderMethod> = {
  async SubmitOrder(application, actor, input) {
    const { repeated } = await application.submitOrder(actor, {
      orderId: input.OrderId,
      file: input.File,
      quantity: input.Quantity,
      owner: input.Owner,
      priority: input.Priority,
    });
    return { Repeated: repeated };
  },

  async CancelOrder(application, actor, input) {
    await application.cancelOrder(actor, input.OrderId, input.Reason);
    return {};
  },

  async GetOrder(application, actor, input) {
    const { order } = await application.getOrder(actor, input.OrderId);
    return {
      StatusCode: orderStatusCodeOf(order.status),
      Status: order.status,
      Quantity: order.quantity,
      Done: order.tally.done,
      Failed: order.tally.failed,
    };
  },
};
