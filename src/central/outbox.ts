import type { Commit } from '../app/commit.ts';
import type { CentralTransition, Log, Store } from '../app/ports.ts';
import { SERVER_ACTOR } from '../domain/job.ts';
import type { CentralPath } from './layout.ts';
import { type Link, stateLast, type WriteItem } from './link.ts';
import type { Wait } from './wait.ts';

/** Rows that are read, written and deleted together. */
const BATCH = 200;

export interface Outbox {
  /** Something was put: the next delivery looks. */
  wake(): void;
  /** Also what was refused before is tried again: after a connection and at every refresh. */
  restart(): void;
  /**
   * Writes what waits, each printer's transitions in their order, and then deletes the rows.
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

export const createOutbox = ({ store, commit, log }: { store: Store; commit: Commit; log: Log }): Outbox => {
  let awake = true;
  /** Id up to which this pass has looked. */
  let looked = 0;
  /** Printers that refused a transition: the later ones wait behind it. */
  const blocked = new Set<string>();
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
        if (row !== undefined && !blocked.has(printer)) round.push(row);
        if (rest.length === 0 || blocked.has(printer)) queues.delete(printer);
        else queues.set(printer, rest);
      }
      const items = stateLast(round.flatMap(itemsOf));
      const outcomes = await link.write(items, wait);
      const refused = new Set(
        items
          .filter(({ value }, position) => value.path === 'state' && outcomes[position] === 'refused')
          .map(item => item.printer),
      );
      for (const printer of refused) blocked.add(printer);
      delivered = [...delivered, ...round.filter(({ printer }) => !refused.has(printer)).map(row => row.id)];
    }
  };

  const drop = (rows: readonly CentralTransition[]): void => {
    if (rows.length === 0) return;
    log.warn(
      { printers: [...new Set(rows.map(row => row.printer))], transitions: rows.length },
      'Job transitions are dropped: the central server does not have the printer',
    );
    delivered = [...delivered, ...rows.map(row => row.id)];
  };

  return {
    wake() {
      awake = true;
    },
    restart() {
      awake = true;
      looked = 0;
      blocked.clear();
    },
    async deliver(link, wait) {
      const touched = new Set<string>();
      while (awake && (await forget())) {
        awake = false;
        const rows = await store.find('centralOutbox', { after: looked, limit: BATCH });
        if (rows.length === BATCH) awake = true;
        drop(rows.filter(row => !link.has(row.printer)));
        const known = rows.filter(row => link.has(row.printer));
        for (const row of known) touched.add(row.printer);
        await write(known, link, wait);
        looked = rows.at(-1)?.id ?? looked;
      }
      await forget();
      return touched;
    },
  };
};
