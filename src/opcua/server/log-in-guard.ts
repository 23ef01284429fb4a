/**
 * Slows down whoever tries passwords. Failures count per user name and address, so that an attacker elsewhere
 * does not lock out a PLC; once a pair is slowed down, its attempts wait for each other.
 */

/** Wrong ones that a typing error explains. */
const FREE_FAILURES = 3;
/** ms; doubles with each further failure. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5000;
/** Pairs remembered; the longest unused is forgotten first. */
const MAX_PAIRS = 2000;
/** Attempts of a slowed-down pair that wait; more are refused at once. */
const MAX_WAITING = 4;
/** Attempts of all; after a restart every client logs in again at once. */
const MAX_AT_ONCE = 500;

interface Pair {
  failures: number;
  waiting: number;
  tail: Promise<unknown>;
}

export interface LogInGuard {
  /** The verdict of `verify`; undefined as well when too many attempts wait. */
  attempt<T>(username: string, address: string, verify: () => Promise<T | undefined>): Promise<T | undefined>;
}

export const pauseAfter = (failures: number): number =>
  failures < FREE_FAILURES
    ? 0
    : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures - FREE_FAILURES, 10));

/** @param sleep resolves after that many ms */
export const createLogInGuard = (sleep: (milliseconds: number) => Promise<void>): LogInGuard => {
  const pairs = new Map<string, Pair>();
  let atOnce = 0;

  const remember = (key: string): Pair => {
    const pair = pairs.get(key) ?? { failures: 0, waiting: 0, tail: Promise.resolve() };
    pairs.delete(key);
    pairs.set(key, pair);
    if (pairs.size > MAX_PAIRS) {
      for (const [old, { waiting }] of pairs) {
        if (waiting > 0) continue;
        pairs.delete(old);
        break;
      }
    }
    return pair;
  };

  const run = async <T>(key: string, pair: Pair, verify: () => Promise<T | undefined>) => {
    const pause = pauseAfter(pair.failures);
    if (pause > 0) await sleep(pause);
    const verdict = await verify();
    if (verdict === undefined) pair.failures += 1;
    else pairs.delete(key);
    return verdict;
  };

  return {
    async attempt(username, address, verify) {
      const key = JSON.stringify([username.slice(0, 64).toLowerCase(), address]);
      const pair = remember(key);
      const slowed = pauseAfter(pair.failures) > 0;
      if (atOnce >= MAX_AT_ONCE || (slowed && pair.waiting >= MAX_WAITING)) return undefined;
      atOnce += 1;
      pair.waiting += 1;
      const attempt = slowed ? pair.tail.then(() => run(key, pair, verify)) : run(key, pair, verify);
      pair.tail = attempt.catch(() => undefined);
      try {
        return await attempt;
      } finally {
        atOnce -= 1;
        pair.waiting -= 1;
      }
    },
  };
};
