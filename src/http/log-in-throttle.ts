/**
 * Slows down guessing of passwords, per account and address, and per address alone with more patience (many people
 * may stand behind one address). Nobody is locked out for long, and memory is bounded: the least recent goes first.
 */
export interface LogInThrottle {
  /** Seconds until the next attempt is taken; 0: now. */
  waitFor(username: string, address: string): number;
  failed(username: string, address: string): void;
  succeeded(username: string, address: string): void;
}

interface Failures {
  readonly count: number;
  /** ms */
  readonly blockedUntil: number;
  readonly last: number;
}

const FREE_PER_ACCOUNT = 5;
const FREE_PER_ADDRESS = 50;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** So long without a failure, and it is forgotten. */
const MEMORY_MS = 15 * 60_000;
const MAX_ENTRIES = 10_000;

export const createLogInThrottle = (now: () => number = Date.now): LogInThrottle => {
  const entries = new Map<string, Failures>();

  const entryOf = (key: string): Failures | undefined => {
    const entry = entries.get(key);
    if (entry && now() - entry.last > MEMORY_MS) {
      entries.delete(key);
      return undefined;
    }
    return entry;
  };

  const add = (key: string, free: number): void => {
    const count = (entryOf(key)?.count ?? 0) + 1;
    const wait =
      count < free ? 0 : Math.min(FIRST_WAIT_MS * 2 ** Math.min(count - free, 20), LONGEST_WAIT_MS);
    entries.delete(key);
    entries.set(key, { count, blockedUntil: now() + wait, last: now() });
    if (entries.size > MAX_ENTRIES) {
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    }
  };

  const accountKey = (username: string, address: string): string => `${username.toLowerCase()} ${address}`;
  const addressKey = (address: string): string => ` ${address}`;

  return {
    waitFor(username, address) {
      const keys = [accountKey(username, address), addressKey(address)];
      const until = Math.max(...keys.map(key => entryOf(key)?.blockedUntil ?? 0));
      return Math.max(0, Math.ceil((until - now()) / 1000));
    },
    failed(username, address) {
      add(accountKey(username, address), FREE_PER_ACCOUNT);
      add(addressKey(address), FREE_PER_ADDRESS);
    },
    succeeded(username, address) {
      entries.delete(accountKey(username, address));
    },
  };
};
