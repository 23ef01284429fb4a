import type { Clock, LiveValues, Store } from '../app/ports.ts';
import type { Job } from '../domain/job.ts';
import { onPrinterStatuses } from '../domain/job-status.ts';
import { lostSnapshot, type Printer } from '../domain/printer.ts';
import { jobToFollow } from '../domain/reconcile.ts';
import { type CentralValue, centralValues } from './layout.ts';
import { type Link, stateLast, type WriteItem } from './link.ts';
import type { Wait } from './wait.ts';

/** A printer that wasn't read since the start gets this long, in ms, before it is told as Offline. */
const GRACE = 15_000;

const staticPaths: ReadonlySet<string> = new Set(['url', 'camera_url', 'model']);

/** Keeps the current values of the central server equal to ours. */
export interface Mirror {
  /** Printers, beds or jobs have changed in the store. */
  invalidate(): void;
  /** The printers to look up: removed ones too, so that they don't look alive there for good. */
  printers(): Promise<readonly Printer[]>;
  /** Values of this printer were overwritten: all are written again. */
  forget(printer: string): void;
  /**
   * Writes what differs from what was written last, or everything.
   * @returns whether a value was written
   */
  push(link: Link, everything: boolean, wait: Wait): Promise<boolean>;
  /** On stopping: from now on nobody follows the printers. */
  farewell(link: Link, wait: Wait): Promise<void>;
}

interface Facts {
  readonly printers: readonly Printer[];
  /** Those on each printer, ascending by id. */
  readonly jobs: ReadonlyMap<string, readonly Job[]>;
}

export interface MirrorDependencies {
  readonly store: Store;
  readonly live: LiveValues;
  readonly clock: Clock;
  /** ms */
  readonly staleAfter: number;
}

const fingerprint = ({ value, quality }: CentralValue): string =>
  `${quality} ${value instanceof Date ? value.getTime() : value}`;

export const createMirror = ({ store, live, clock, staleAfter }: MirrorDependencies): Mirror => {
  const begin = clock.now();
  let facts: Facts | undefined;
  let revision = 0;
  /** What the central server took last, by printer and path. */
  const written = new Map<string, Map<string, string>>();
  let generation = 0;

  const load = async (): Promise<Facts> => {
    if (facts !== undefined) return facts;
    const before = revision;
    const printers = await store.find('printers');
    const onPrinters = await store.find('jobs', { where: { status: onPrinterStatuses } });
    const loaded = { printers, jobs: Map.groupBy(onPrinters, job => job.printer) };
    // Changed meanwhile: good for now, read again at the next cycle.
    if (before === revision) facts = loaded;
    return loaded;
  };

  const valuesOf = (printer: Printer, jobs: Facts['jobs'], leaving: boolean): readonly CentralValue[] => {
    const now = clock.now();
    const snapshot = live.read(printer.name);
    const known = snapshot ?? lostSnapshot('unknown', '', begin.toISOString());
    const old = now.getTime() - Date.parse(known.time) > staleAfter;
    const values = centralValues({
      printer,
      snapshot: known,
      job: jobToFollow(jobs.get(printer.name) ?? []),
      stale: leaving || old || !printer.worker || printer.removed,
      now,
    });
    const tooEarly = snapshot === undefined && printer.worker && now.getTime() - begin.getTime() < GRACE;
    return tooEarly ? values.filter(({ path }) => staticPaths.has(path)) : values;
  };

  const itemsOf = ({ printers, jobs }: Facts, link: Link, leaving: boolean): readonly WriteItem[] =>
    printers
      .filter(({ name }) => link.has(name))
      .flatMap(printer => valuesOf(printer, jobs, leaving).map(value => ({ printer: printer.name, value })));

  const remember = ({ printer, value }: WriteItem): void => {
    const ofPrinter = written.get(printer) ?? new Map<string, string>();
    ofPrinter.set(value.path, fingerprint(value));
    written.set(printer, ofPrinter);
  };

  return {
    invalidate() {
      revision++;
      facts = undefined;
    },
    async printers() {
      return (await load()).printers;
    },
    forget(printer) {
      written.delete(printer);
    },
    async push(link, everything, wait) {
      const items = itemsOf(await load(), link, false);
      if (everything || link.generation() !== generation) {
        written.clear();
        generation = link.generation();
      }
      const changed = items.filter(
        ({ printer, value }) => written.get(printer)?.get(value.path) !== fingerprint(value),
      );
      if (changed.length === 0) return false;
      const ordered = stateLast(changed);
      // What is refused or absent counts as told too: it is tried again at the next refresh, not at every cycle.
      const outcomes = await link.write(ordered, wait);
      for (const item of ordered) remember(item);
      return outcomes.includes('written');
    },
    async farewell(link, wait) {
      await link.write(stateLast(itemsOf(await load(), link, true)), wait);
    },
  };
};
