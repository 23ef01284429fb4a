import type { FollowContext } from '../app/follow-print/context.ts';
import type { PrinterDriver, Store } from '../app/ports.ts';
import { DataUnreadable, DriverError } from '../app/ports.ts';
import type { Job } from '../domain/job.ts';
import type { NativeIdentity } from '../domain/native-identity.ts';

/** Jobs that are looked through for the printer's latest identities. */
const LATEST_JOBS = 10;

export interface BaselineDeps {
  readonly context: FollowContext;
  readonly store: Store;
  readonly driver: PrinterDriver;
}

export interface Baseline {
  /** What the printer tells of its latest print: shows later whether a start came through. Null when it cannot tell. */
  readonly print: NativeIdentity | null;
  /** That print is none of those that are known here: its plate may still lie there. */
  readonly isUnseen: boolean;
}

export const readBaseline = async (
  { context, store, driver }: BaselineDeps,
  stop: AbortSignal,
): Promise<Baseline> => {
  const where = { printer: context.printer.name };
  const jobs = await store.find('jobs', { where, descending: true, limit: LATEST_JOBS }).catch(error => {
    if (error instanceof DataUnreadable) return [];
    throw error;
  });
  const bed = await store.get('beds', context.printer.id);
  const known = [...jobs.flatMap(({ native, baseline }) => [native, baseline]), bed?.latestPrint].filter(
    one => one != null,
  );
  try {
    const print = (await driver.baseline?.(async () => known[0] ?? null, stop)) ?? null;
    const isKnown = print === null || known.length === 0 || known.some(one => isSame(one, print));
    return { print, isUnseen: !isKnown && !mayHaveCounted(jobs) };
  } catch (error) {
    // The last look before the start decides whether the printer is there.
    if (error instanceof DriverError) return { print: null, isUnseen: false };
    throw error;
  }
};

const isSame = (known: NativeIdentity, print: NativeIdentity): boolean =>
  Object.entries(print).every(([key, value]) => known[key] === value);

/** Since the latest print that was seen: one of our own that was not may be the one. */
const mayHaveCounted = (jobs: readonly Job[]): boolean => {
  const seen = jobs.findIndex(({ native }) => native !== null);
  return jobs
    .slice(0, seen === -1 ? jobs.length : seen)
    .some(({ history }) => history.some(({ status }) => status === 'unknown' || status === 'printed'));
};
