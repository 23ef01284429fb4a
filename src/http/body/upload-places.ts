import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from '../../domain/refusal.ts';

/** Who may upload now: bounded in all and for each account, so that one account never holds all places. */
export interface UploadPlaces {
  /**
   * Waits a short time for a place.
   * @throws Refusal QuotaExceeded when the account has too many uploads of its own, Busy when all have
   */
  run<T>(accountId: string, work: () => Promise<T>): Promise<T>;
}

export interface UploadLimits {
  /** Uploads at once in all, and of one account. */
  readonly atOnce: number;
  readonly perAccount: number;
  /** Requests that wait for a place, in all and of one account. */
  readonly waiting: number;
  readonly waitingPerAccount: number;
  /** ms */
  readonly longestWait: number;
}

interface Waiting {
  readonly accountId: string;
  readonly enter: () => void;
}

export const createUploadPlaces = (limits: UploadLimits): UploadPlaces => {
  const running = new Map<string, number>();
  const waiting = new Set<Waiting>();
  let total = 0;

  const hasOwnPlace = (accountId: string): boolean => (running.get(accountId) ?? 0) < limits.perAccount;
  const hasPlace = (accountId: string): boolean => total < limits.atOnce && hasOwnPlace(accountId);

  const take = (accountId: string): void => {
    total += 1;
    running.set(accountId, (running.get(accountId) ?? 0) + 1);
  };

  const giveBack = (accountId: string): void => {
    total -= 1;
    const left = (running.get(accountId) ?? 0) - 1;
    if (left > 0) running.set(accountId, left);
    else running.delete(accountId);
    for (const next of waiting) {
      if (!hasPlace(next.accountId)) continue;
      waiting.delete(next);
      take(next.accountId);
      next.enter();
    }
  };

  const refusal = (accountId: string): Refusal =>
    hasOwnPlace(accountId)
      ? new Refusal('Busy', 'Too many files are being uploaded: send it again in a moment.')
      : new Refusal(
          'QuotaExceeded',
          `This account has ${limits.perAccount} uploads under way: send the file again once one has ended.`,
        );

  const wait = async (accountId: string): Promise<void> => {
    const own = [...waiting].filter(other => other.accountId === accountId).length;
    if (waiting.size >= limits.waiting || own >= limits.waitingPerAccount) throw refusal(accountId);
    const { promise, resolve } = Promise.withResolvers<'entered'>();
    const entry = { accountId, enter: () => resolve('entered') };
    waiting.add(entry);
    const over = new AbortController();
    const late = delay(limits.longestWait, 'late' as const, { signal: over.signal });
    late.catch(() => {}); // Ended below, once there is a place.
    const outcome = await Promise.race([promise, late]);
    over.abort();
    // Both at once: whoever has a place keeps it.
    if (outcome === 'late' && waiting.delete(entry)) throw refusal(accountId);
  };

  return {
    async run(accountId, work) {
      if (hasPlace(accountId)) take(accountId);
      else await wait(accountId);
      try {
        return await work();
      } finally {
        giveBack(accountId);
      }
    },
  };
};
