import type { Commit } from '../app/commit.ts';
import type { CentralTransition, Clock, Log, Store } from '../app/ports.ts';
import { SERVER_ACTOR } from '../domain/job.ts';
import type { CentralPath } from './layout.ts';
import { type Link, stateLast, type WriteItem } from './link.ts';
import { createOutboxCursor } from './outbox-cursor.ts';
import type { Wait } from './wait.ts';

/** Rows that are read, written and deleted together. */
const BATCH = 200;

/** ms that a transition waits for a printer that the central server does not have: it may still be making its nodes. */
export const WAIT_FOR_PRINTER = 24 * 60 * 60 * 1000;

export interface Outbox {
  /** Something was put: the next delivery looks. */
  wake(): void;
  /** Also what could not be told before is tried again: after a connection and at every refresh. */
  restart(): void;
  /**
   * Writes what waits, each printer's transitions in their order, and then deletes the rows. Those of a printer that
   * the central server does not have, or that refuses one, wait and keep no other printer's back.
   * @returns the printers that were written to: their current values have to follow
   */
  deliver(link: Link, wait: Wait): Promise<ReadonlySet<string>>;
}

const itemsOf = (row: CentralTransition): readonly WriteItem[] => {
  const time = new Date(row.time);
  const item = (path: CentralPath, value: string | number | Date): WriteItem => ({
    printer: row.printer,
    value: { path, value, quality: 'good', time },
  });
  return [
    item('update_time', time),
    item('job/file', row.file),
    item('job/progress', row.progress),
    item('state', row.status),
  ];
};

export interface OutboxDependencies {
  readonly store: Store;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly log: Log;
}

export const createOutbox = ({ store, commit, clock, log }: OutboxDependencies): Outbox => {
  const cursor = createOutboxCursor();
  let awake = true;
  let retry = false;
  /** Delivered rows that the store has not deleted yet. */
  let delivered: readonly number[] = [];

  /** @returns false when the store could not: nothing more is delivered then, so that `delivered` stays small */
  const forget = async (): Promise<boolean> => {
    const ids = delivered;
    if (ids.length === 0) return true;
    try {
      await commit({ actor: SERVER_ACTOR, reason: 'Told to the central server' }, async tx => {
        for (const id of ids) if (await tx.get('centralOutbox', id)) tx.delete('centralOutbox', id);
      });
    } catch (error) {
      log.warn({ err: error, transitions: ids.length }, 'Delivered job transitions were not deleted yet');
      return false;
    }
    delivered = [];
    return true;
  };

  /** Each round takes the next transition of every printer, so that they don't wait for one another. */
  const write = async (rows: readonly CentralTransition[], link: Link, wait: Wait): Promise<void> => {
    const queues = Map.groupBy(rows, row => row.printer);
    while (queues.size > 0) {
      const round: CentralTransition[] = [];
      for (const [printer, queue] of queues) {
        const [row, ...rest] = queue;
        if (row !== undefined && !cursor.isWaiting(printer)) round.push(row);
        if (rest.length === 0 || cursor.isWaiting(printer)) queues.delete(printer);
        else queues.set(printer, rest);
      }
      const items = stateLast(round.flatMap(itemsOf));
      const outcomes = await link.write(items, wait);
      // A printer is told its transition once it has taken the state.
      const told = new Set(
        items
          .filter(({ value }, position) => value.path === 'state' && outcomes[position] === 'written')
          .map(item => item.printer),
      );
      for (const row of round) if (!told.has(row.printer)) cursor.wait(row);
      delivered = [...delivered, ...round.filter(({ printer }) => told.has(printer)).map(row => row.id)];
    }
  };

  const isTooOld = ({ time }: CentralTransition): boolean =>
    clock.now().getTime() - Date.parse(time) > WAIT_FOR_PRINTER;

  const drop = (rows: readonly CentralTransition[]): void => {
    if (rows.length === 0) return;
    log.warn(
      { printers: [...new Set(rows.map(row => row.printer))], transitions: rows.length },
      'Job transitions are dropped: the central server does not have the printer for a day',
    );
    delivered = [...delivered, ...rows.map(row => row.id)];
  };

  /** @returns the rows that can be told now; the others wait, or go */
  const sorted = (rows: readonly CentralTransition[], link: Link): readonly CentralTransition[] => {
    const ready: CentralTransition[] = [];
    const dropped: CentralTransition[] = [];
    for (const row of rows) {
      if (cursor.isWaiting(row.printer)) continue;
      if (link.takes(row.printer, 'state')) ready.push(row);
      else if (isTooOld(row)) dropped.push(row);
      else cursor.wait(row);
    }
    drop(dropped);
    return ready;
  };

  return {
    wake() {
      awake = true;
    },
    restart() {
      awake = true;
      retry = true;
    },
    async deliver(link, wait) {
      const touched = new Set<string>();
      if (retry) cursor.release((printer, first) => link.takes(printer, 'state') || isTooOld(first));
      retry = false;
      while (awake && (await forget())) {
        awake = false;
        const rows = await store.find('centralOutbox', { after: cursor.position(), limit: BATCH });
        if (rows.length === BATCH) awake = true;
        const ready = sorted(rows, link);
        for (const row of ready) touched.add(row.printer);
        await write(ready, link, wait);
        cursor.advance(rows.at(-1)?.id ?? cursor.position());
      }
      await forget();
      return touched;
    },
  };
};
