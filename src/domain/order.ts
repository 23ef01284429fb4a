import type { JobStatus } from './job-status.ts';
import { Refusal } from './refusal.ts';

/** Names and codes are part of the OPC UA and HTTP contracts: append, never renumber. */
const statusCodes = { open: 1, done: 2, cancelled: 3, incomplete: 4 } as const;
export type OrderStatus = keyof typeof statusCodes;

export const orderStatuses = Object.keys(statusCodes) as readonly OrderStatus[];
export const orderStatusCodeOf = (status: OrderStatus): number => statusCodes[status];

/** What a job is to its order: its part may still come, is there, came to nothing, or was given up. */
export type Standing = 'open' | 'done' | 'failed' | 'cancelled';

const standings: Readonly<Record<JobStatus, Standing>> = {
  created: 'open',
  approved: 'open',
  scheduled: 'open',
  starting: 'open',
  printing: 'open',
  paused: 'open',
  printed: 'open',
  pickupIssued: 'open',
  picked: 'done',
  collected: 'done',
  cancelIssued: 'open',
  cancelled: 'cancelled',
  rejected: 'cancelled',
  failed: 'failed',
  unknown: 'open',
  discarded: 'done',
};

export const standingOf = (status: JobStatus): Standing => standings[status];

/** How many of the order's jobs stand how, those that are retries among them. */
export type Tally = Readonly<Record<Standing, number>>;

export const emptyTally: Tally = { open: 0, done: 0, failed: 0, cancelled: 0 };

/** Parts of one in an order: its jobs are made, and cancelled, in one commit. */
export const MAX_ORDER_QUANTITY = 1000;

/** An order of several prints of one file, immutable. Each part is a job that knows the order by its number. */
export interface Order {
  /** Counts up, for the order in which they came. */
  readonly id: number;
  /** As it was given: [A-Za-z0-9._-]{1,64}, unique ignoring case for good. */
  readonly orderId: string;
  /** Lower-case `orderId`, for look-up. */
  readonly key: string;
  /** Opaque account ids. */
  readonly owner: string;
  readonly submitter: string;
  readonly fileId: string;
  readonly fileName: string;
  readonly quantity: number;
  readonly priority: number;
  /** Of the call that made it: a repeat with others is a conflict. */
  readonly argumentsHash: string;
  /** Id of its first job; the others came later. */
  readonly firstJob: number;
  /** Moves in the same commit as the jobs, so that no reading of an order looks at its jobs. */
  readonly tally: Tally;
  /** Follows from tally and cancellation, see `settled`; it stands in the row so that orders are found by it. */
  readonly status: OrderStatus;
  readonly cancellation: { readonly time: string; readonly actor: string; readonly reason: string } | null;
  /** ISO 8601, UTC. */
  readonly createTime: string;
}

const statusOf = ({ cancellation, tally, quantity }: Order): OrderStatus => {
  if (cancellation !== null) return 'cancelled';
  if (tally.done >= quantity) return 'done';
  return tally.open > 0 ? 'open' : 'incomplete';
};

const settled = (order: Order): Order => ({ ...order, status: statusOf(order) });

/** An order whose jobs are all to be made yet. */
export const newOrder = (given: Omit<Order, 'tally' | 'status' | 'cancellation' | 'key'>): Order =>
  settled({ ...given, key: orderKey(given.orderId), tally: emptyTally, status: 'open', cancellation: null });

/** @param before undefined for a job that was just made */
export const countJob = (order: Order, before: JobStatus | undefined, after: JobStatus): Order => {
  const from = before && standingOf(before);
  const to = standingOf(after);
  if (from === to) return order;
  const tally = { ...order.tally, [to]: order.tally[to] + 1 };
  if (from !== undefined) tally[from] -= 1;
  return settled({ ...order, tally });
};

/** For good: whatever becomes of its jobs, it stays cancelled. */
export const cancelOrder = (order: Order, cancellation: NonNullable<Order['cancellation']>): Order =>
  settled({ ...order, cancellation });

/** In a URL, dots alone lead elsewhere. */
const orderIdPattern = /^(?!\.+$)[A-Za-z0-9._-]{1,64}$/;

export const orderKey = (orderId: string): string => orderId.toLowerCase();

/** Whether there can be an order of that id. */
export const isOrderId = (text: string): boolean => orderIdPattern.test(text);

/** @throws Refusal InvalidArgument */
export const checkOrderId = (orderId: string): void => {
  if (!isOrderId(orderId)) {
    throw new Refusal(
      'InvalidArgument',
      'OrderId must be 1 to 64 of A-Z, a-z, 0-9, dot, underscore, hyphen, and not dots alone.',
    );
  }
};

/** @throws Refusal InvalidArgument */
export const checkQuantity = (quantity: number): void => {
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > MAX_ORDER_QUANTITY) {
    throw new Refusal('InvalidArgument', `Quantity must be 1 to ${MAX_ORDER_QUANTITY}.`);
  }
};
