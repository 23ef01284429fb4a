import { createHmac, randomBytes } from 'node:crypto';
import type { Account } from '../../domain/account.ts';
import { elapsed } from '../elapsed.ts';
import type { Clock, PasswordHasher } from '../ports.ts';
import { createRecentMap } from './recent-map.ts';

/** In ms. */
const REMEMBERED = 5 * 60_000;
const MAX_REMEMBERED = 1000;

/**
 * Verifies passwords, and remembers for some minutes what was right, so that clients that reconnect don't pay
 * for a memory-hard hash each time. Only an HMAC under a key of this process is kept; it covers the stored hash,
 * so that a changed password is verified anew.
 */
export const createPasswordVerifier = (hasher: PasswordHasher, clock: Clock) => {
  const key = randomBytes(32);
  /** Until when each counts, in ms. */
  const verified = createRecentMap<number>(MAX_REMEMBERED);
  const underWay = new Map<string, Promise<boolean>>();

  return async (password: string, account: Pick<Account, 'id' | 'passwordHash'>): Promise<boolean> => {
    const digest = createHmac('sha256', key)
      .update(JSON.stringify([account.id, account.passwordHash, password]))
      .digest('base64');
    if ((verified.get(digest) ?? 0) > elapsed(clock)) return true;
    const running = underWay.get(digest);
    if (running !== undefined) return running;
    const verifying = hasher.verify(password, account.passwordHash).finally(() => underWay.delete(digest));
    underWay.set(digest, verifying);
    const isRight = await verifying;
    if (isRight) verified.set(digest, elapsed(clock) + REMEMBERED);
    return isRight;
  };
};
