import { createRecentMap } from './recent-map.ts';
import { TooManyAttempts } from './too-many-attempts.ts';

/**
 * So many wrong tries at once, and then one every few seconds: it slows a guesser down for as long as he goes on,
 * and whoever comes after him waits seconds, not minutes.
 */
export interface FailureBudget {
  /**
   * Runs what may fail. Attempts under way count as failures until they end, so that many at once are no way
   * round; those beyond the budget wait for them.
   * @param work undefined means a failure; what it throws counts for nothing
   * @throws TooManyAttempts while the budget is used up
   */
  spend<T>(key: string, work: () => Promise<T | undefined>): Promise<T | undefined>;
}

interface Spent {
  readonly failures: number;
  /** ms; when `failures` was true */
  readonly since: number;
}

interface UnderWay {
  count: number;
  waiting: number;
  /** Settles when one of them ends. */
  change: PromiseWithResolvers<void>;
}

const BURST = 50;
const REFILL_MS = 5000;
const MAX_ENTRIES = 10_000;
const MAX_WAITING = 200;

/** @param now in ms */
export const createFailureBudget = (now: () => number): FailureBudget => {
  const entries = createRecentMap<Spent>(MAX_ENTRIES);
  const underWay = new Map<string, UnderWay>();

  const failuresOf = (key: string): number => {
    const spent = entries.get(key);
    return spent === undefined ? 0 : Math.max(0, spent.failures - (now() - spent.since) / REFILL_MS);
  };

  /** @throws TooManyAttempts */
  const check = (key: string): void => {
    const excess = failuresOf(key) - (BURST - 1);
    // What rounding leaves over is no wait.
    if (excess > 1e-6) throw new TooManyAttempts(excess * REFILL_MS);
  };

  const dropIdle = (key: string, attempts: UnderWay): void => {
    if (attempts.count === 0 && attempts.waiting === 0) underWay.delete(key);
  };

  /** Waits until those under way leave a place. */
  const enter = async (key: string): Promise<UnderWay> => {
    check(key);
    const attempts = underWay.get(key) ?? { count: 0, waiting: 0, change: Promise.withResolvers<void>() };
    underWay.set(key, attempts);
    while (attempts.count > 0 && failuresOf(key) + attempts.count > BURST - 1) {
      if (attempts.waiting >= MAX_WAITING) throw new TooManyAttempts(REFILL_MS);
      attempts.waiting += 1;
      await attempts.change.promise;
      attempts.waiting -= 1;
      dropIdle(key, attempts);
      check(key);
      underWay.set(key, attempts);
    }
    attempts.count += 1;
    return attempts;
  };

  const leave = (key: string, attempts: UnderWay): void => {
    attempts.count -= 1;
    const { change } = attempts;
    attempts.change = Promise.withResolvers<void>();
    dropIdle(key, attempts);
    change.resolve();
  };

  return {
    async spend(key, work) {
      const attempts = await enter(key);
      try {
        const result = await work();
        if (result === undefined) entries.set(key, { failures: failuresOf(key) + 1, since: now() });
        return result;
      } finally {
        leave(key, attempts);
      }
    },
  };
};
