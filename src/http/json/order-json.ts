import type { OrderView } from '../../app/application.ts';
import type { OrderJson } from '../../contract/order.ts';
import { orderStatusCodeOf } from '../../domain/order.ts';

export const orderJson = ({ order, ownerName }: OrderView): OrderJson => ({
  order_id: order.orderId,
  user_id: order.owner,
  owner: ownerName,
  file_id: order.fileId,
  original_filename: order.fileName,
  quantity: order.quantity,
  priority: order.priority,
  status_code: orderStatusCodeOf(order.status),
  status_name: order.status,
  open: order.tally.open,
  done: order.tally.done,
  failed: order.tally.failed,
  cancelled: order.tally.cancelled,
  create_time: order.createTime,
  cancel_time: order.cancellation?.time ?? null,
  cancel_reason: order.cancellation?.reason ?? '',
});
