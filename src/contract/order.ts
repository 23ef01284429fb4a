import { z } from 'zod';
import { MAX_ORDER_QUANTITY, orderStatuses } from '../domain/order.ts';
import { idSchema, requestObject, shortText, timeSchema } from './common.ts';

const statusName = z.enum(orderStatuses as [string, ...string[]]);

/** POST orders. A repeat of the identical call answers with the same order: `order_id` is never used again. */
export const submitOrderSchema = requestObject({
  /** [A-Za-z0-9._-], unique ignoring case. */
  order_id: z.string().min(1).max(64),
  /** File id or part name. */
  file_id: z.string().min(1).max(80),
  quantity: z.number().int().min(1).max(MAX_ORDER_QUANTITY),
  /** Account id or username; empty: the caller. */
  user_id: shortText(64).default(''),
  priority: z.number().int().min(-1000).max(1000).default(0),
});

/** GET orders. Pages go on in the order in which the orders came: `after` is the last page's `next`. */
export const findOrdersSchema = requestObject({
  /** Name or code. */
  status: shortText(40).default(''),
  /** Username. */
  owner: shortText(64).default(''),
  after: z.coerce.number().int().min(0).max(0xffff_ffff).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const orderSchema = z.object({
  order_id: z.string(),
  /** Account id of the owner. */
  user_id: z.string(),
  owner: z.string(),
  file_id: z.string(),
  original_filename: z.string(),
  quantity: z.number().int(),
  priority: z.number().int(),
  status_code: z.number().int(),
  status_name: statusName,
  /** Jobs whose parts can still come. */
  open: z.number().int(),
  /** Parts picked, collected or discarded. */
  done: z.number().int(),
  /** Jobs that failed, bad parts among them, also those that were retried. */
  failed: z.number().int(),
  /** Jobs that were cancelled or rejected. */
  cancelled: z.number().int(),
  create_time: timeSchema,
  /** When the order was cancelled. */
  cancel_time: timeSchema.nullable(),
  cancel_reason: z.string(),
});
export type OrderJson = z.infer<typeof orderSchema>;

/** GET orders/{order_id}. */
export const orderWithJobsSchema = z.object({
  order: orderSchema,
  /** Ascending, retries among them; the first 2000. */
  job_ids: z.array(idSchema),
});
export type OrderWithJobsJson = z.infer<typeof orderWithJobsSchema>;

export const orderPageSchema = z.object({
  orders: z.array(orderSchema),
  /** Give it as `after` for the next page; null on the last one. */
  next: z.number().int().nullable(),
});
export type OrderPageJson = z.infer<typeof orderPageSchema>;
