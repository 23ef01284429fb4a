import type { Job } from '../../domain/job.ts';
import type { RowChange, Store } from '../ports.ts';

/** How far back prints count, in ms. */
const WINDOW = 24 * 3600 * 1000;
/** Newest jobs that are looked through at the start: bounds the time that it takes. */
const MOST_JOBS = 2000;

interface Print {
  readonly owner: string;
  readonly start: number;
  /** Undefined while it prints. */
  readonly end: number | undefined;
}

/** How long the printers have worked for each owner in the last day: the fair share goes by it. */
export interface PrintedTime {
  hear(changes: readonly RowChange[]): void;
  /** s for each account id; the first time it reads the store. */
  byOwner(now: Date): Promise<ReadonlyMap<string, number>>;
}

const printOf = ({ owner, startTime, endTime }: Job): Print | undefined =>
  startTime === null || owner === ''
    ? undefined
    : { owner, start: Date.parse(startTime), end: endTime === null ? undefined : Date.parse(endTime) };

export const createPrintedTime = (store: Pick<Store, 'find'>): PrintedTime => {
  const prints = new Map<number, Print>();
  let loaded = false;

  const note = (job: Job): void => {
    const print = printOf(job);
    if (print === undefined) prints.delete(job.id);
    else prints.set(job.id, print);
  };

  const load = async (): Promise<void> => {
    if (loaded) return;
    const newest = await store.find('jobs', { descending: true, limit: MOST_JOBS });
    for (const job of newest) if (!prints.has(job.id)) note(job);
    loaded = true;
  };

  return {
    hear(changes) {
      for (const change of changes) {
        if (change.collection === 'jobs' && change.after !== undefined) note(change.after);
      }
    },
    async byOwner(now) {
      await load();
      const since = now.getTime() - WINDOW;
      const seconds = new Map<string, number>();
      for (const [id, { owner, start, end = now.getTime() }] of prints) {
        if (end <= since) prints.delete(id);
        else seconds.set(owner, (seconds.get(owner) ?? 0) + (end - Math.max(start, since)) / 1000);
      }
      return seconds;
    },
  };
};
