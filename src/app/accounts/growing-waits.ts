import { createRecentMap } from './recent-map.ts';
import { TooManyAttempts } from './too-many-attempts.ts';

/** Some wrong tries are free; then each doubles the wait, up to a minute. */
export interface GrowingWaits {
  /** @throws TooManyAttempts while the wait of this key lasts */
  check(key: string): void;
  fail(key: string): void;
  forget(key: string): void;
}

interface Failures {
  readonly count: number;
  /** ms */
  readonly blockedUntil: number;
  readonly last: number;
}

const FREE = 5;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** So long without a failure, and it is forgotten. */
const MEMORY_MS = 15 * 60_000;
const MAX_ENTRIES = 10_000;

const waitAfter = (count: number): number =>
  count < FREE ? 0 : Math.min(FIRST_WAIT_MS * 2 ** Math.min(count - FREE, 20), LONGEST_WAIT_MS);

/** @param now in ms */
export const createGrowingWaits = (now: () => number): GrowingWaits => {
  const entries = createRecentMap<Failures>(MAX_ENTRIES);

  const entryOf = (key: string): Failures | undefined => {
    const entry = entries.get(key);
    return entry && now() - entry.last <= MEMORY_MS ? entry : undefined;
  };

  return {
    check(key) {
      const wait = (entryOf(key)?.blockedUntil ?? 0) - now();
      if (wait > 0) throw new TooManyAttempts(wait);
    },
    fail(key) {
      const count = (entryOf(key)?.count ?? 0) + 1;
      entries.set(key, { count, blockedUntil: now() + waitAfter(count), last: now() });
    },
    forget: key => entries.delete(key),
  };
};
