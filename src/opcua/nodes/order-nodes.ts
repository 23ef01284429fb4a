import type { AddressSpace } from 'node-opcua';
import type { Commit } from '../../app/commit.ts';
import type { Clock, Log, Reader } from '../../app/ports.ts';
import type { Order } from '../../domain/order.ts';
import { instanceIds, typeIds } from '../model-ids.ts';
import type { Installed } from './follow-commits.ts';
import { instantiate, remove } from './instantiate.ts';
import type { ModelChanges } from './model-changes.ts';
import { type OrderNode, showOrder } from './order-nodes-values.ts';
import { createSettling, type Settling } from './settling.ts';
import { createTimeSlices } from './time-slices.ts';

export interface OrderNodesDeps {
  readonly addressSpace: AddressSpace;
  readonly store: Reader;
  readonly commit: Pick<Commit, 'listen'>;
  /** '' for an account that is gone. */
  readonly usernameOf: (accountId: string) => Promise<string>;
  /** Absent: nobody is told. */
  readonly modelChanges?: ModelChanges;
  readonly clock: Clock;
  readonly log: Log;
  /** So many objects at most. */
  readonly limit?: number;
  /** ms between a change and its objects; several changes share it. */
  readonly delay?: number;
}

/** An object of 9 variables costs some 30 KB; GetOrder knows every order. */
export const MAX_ORDER_NODES = 100;
const SLICE = 5;

/**
 * Open orders as objects, the newest first, and while there is room the newest others. They follow the commits after a
 * delay and in time slices; the store is asked anew each time, which its indexes make cheap.
 */
export const installOrderNodes = (deps: OrderNodesDeps): Installed & Pick<Settling, 'settled'> => {
  const { addressSpace, store, commit, usernameOf, modelChanges, clock, log } = deps;
  const { limit = MAX_ORDER_NODES, delay = 100 } = deps;
  const nodes = new Map<number, OrderNode>();
  const slices = createTimeSlices({
    budget: SLICE,
    onError: error => log.error({ err: error }, 'The nodes of an order could not be changed'),
  });
  let unlisten: (() => void) | undefined;

  const mostImportant = async (): Promise<ReadonlyMap<number, Order>> => {
    const open = await store.find('orders', { where: { status: 'open' }, descending: true, limit });
    const chosen = new Map(open.map(order => [order.id, order]));
    for (const order of await store.find('orders', { descending: true, limit })) {
      if (chosen.size >= limit) break;
      chosen.set(order.id, order);
    }
    return chosen;
  };

  const make = (order: Order): OrderNode => {
    const instance = instantiate(addressSpace, {
      type: typeIds.PrintOrderType,
      parent: instanceIds.Orders,
      name: order.orderId,
      description: `Order ${order.orderId}.`,
    });
    const node = { instance, order };
    nodes.set(order.id, node);
    modelChanges?.added(instanceIds.Orders);
    return node;
  };

  const drop = (id: number, node: OrderNode): void => {
    nodes.delete(id);
    modelChanges?.deleted(instanceIds.Orders);
    remove(addressSpace, node.instance);
  };

  const settle = async (): Promise<void> => {
    const wanted = await mostImportant();
    for (const [id, node] of nodes) if (!wanted.has(id)) slices.push(() => drop(id, node));
    for (const order of wanted.values()) {
      if (nodes.get(order.id)?.order === order) continue;
      const owner = await usernameOf(order.owner);
      slices.push(() => showOrder(nodes.get(order.id) ?? make(order), order, owner, clock.now()));
    }
    await slices.idle();
  };

  const settling = createSettling({ settle, delay, clock, log, what: 'The order nodes' });

  return {
    async start() {
      unlisten = commit.listen('order nodes', ({ changes }) => {
        if (changes.some(({ collection }) => collection === 'orders')) settling.wake();
      });
      settling.wake();
    },
    async stop() {
      unlisten?.();
      const ended = settling.end();
      slices.clear();
      await ended;
    },
    settled: settling.settled,
  };
};
