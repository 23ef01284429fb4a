/**
 * Slows down guessing of passwords, per account and address, and per address alone with more patience (many people
 * may stand behind one address). One for all edges: a wrong password counts whichever it came through. Nobody is
 * locked out for long, and memory is bounded: the least recent goes first. (Limiters at hand keep a timer
 * for each key and as many keys as an attacker sends.)
 */
export interface LogInThrottle {
  /**
   * Attempts of one account at one address wait for each other, so that many at once are no way round.
   * @param address of the client
   * @param verify undefined means a wrong name or password; what it throws counts for nothing
   * @throws TooManyAttempts without a look at the password
   */
  attempt<T>(username: string, address: string, verify: () => Promise<T | undefined>): Promise<T | undefined>;
}

export class TooManyAttempts extends Error {
  /** s until the next attempt is taken */
  readonly seconds: number;

  constructor(seconds: number) {
    super(`Too many wrong passwords: try again in ${seconds} s.`);
    this.name = 'TooManyAttempts';
    this.seconds = seconds;
  }
}

interface Failures {
  readonly count: number;
  /** ms */
  readonly blockedUntil: number;
  readonly last: number;
}

interface Queue {
  waiting: number;
  tail: Promise<unknown>;
}

const FREE_PER_ACCOUNT = 5;
const FREE_PER_ADDRESS = 50;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** So long without a failure, and it is forgotten. */
const MEMORY_MS = 15 * 60_000;
const MAX_ENTRIES = 10_000;
/** Of one account and address; after a restart of the server all sessions of a client log in again at once. */
const MAX_WAITING = 200;
const MAX_USERNAME = 64;

/** The same host, whether it comes over IPv4 or by its mapped address over IPv6. */
const plainAddress = (address: string): string => address.replace(/^::ffff:/i, '');

const waitAfter = (count: number, free: number): number =>
  count < free ? 0 : Math.min(FIRST_WAIT_MS * 2 ** Math.min(count - free, 20), LONGEST_WAIT_MS);

export const createLogInThrottle = (now: () => number = Date.now): LogInThrottle => {
  const entries = new Map<string, Failures>();
  const queues = new Map<string, Queue>();

  const entryOf = (key: string): Failures | undefined => {
    const entry = entries.get(key);
    if (entry && now() - entry.last > MEMORY_MS) {
      entries.delete(key);
      return undefined;
    }
    return entry;
  };

  const countFailure = (key: string, free: number): void => {
    const count = (entryOf(key)?.count ?? 0) + 1;
    entries.delete(key);
    entries.set(key, { count, blockedUntil: now() + waitAfter(count, free), last: now() });
    const [oldest] = entries.keys();
    if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
  };

  /** @throws TooManyAttempts */
  const checkNow = (...keys: readonly string[]): void => {
    const until = Math.max(...keys.map(key => entryOf(key)?.blockedUntil ?? 0));
    if (until > now()) throw new TooManyAttempts(Math.ceil((until - now()) / 1000));
  };

  /** Runs one after the other for each key. */
  const inTurn = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const queue = queues.get(key) ?? { waiting: 0, tail: Promise.resolve() };
    if (queue.waiting >= MAX_WAITING) throw new TooManyAttempts(1);
    queues.set(key, queue);
    queue.waiting += 1;
    const turn = queue.tail.then(work);
    queue.tail = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      queue.waiting -= 1;
      if (queue.waiting === 0) queues.delete(key);
    }
  };

  return {
    async attempt(username, address, verify) {
      const addressKey = plainAddress(address);
      const accountKey = JSON.stringify([username.slice(0, MAX_USERNAME).toLowerCase(), addressKey]);
      checkNow(accountKey, addressKey);
      return inTurn(accountKey, async () => {
        // Those before it may have been wrong.
        checkNow(accountKey, addressKey);
        const verdict = await verify();
        if (verdict === undefined) {
          countFailure(accountKey, FREE_PER_ACCOUNT);
          countFailure(addressKey, FREE_PER_ADDRESS);
        } else {
          entries.delete(accountKey);
        }
        return verdict;
      });
    },
  };
};
