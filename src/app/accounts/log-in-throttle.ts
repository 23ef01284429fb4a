import { clientNetwork } from '../client-network.ts';
import { createFailureBudget } from './failure-budget.ts';
import { createGrowingWaits } from './growing-waits.ts';
import { createRecentMap } from './recent-map.ts';
import { createTurnsByKey } from './turns-by-key.ts';

export { TooManyAttempts } from './too-many-attempts.ts';

/**
 * Slows down guessing of passwords. One for all edges: a wrong password counts whichever it came through.
 *
 * Two limits, since many people may stand behind one address, and one attacker must lock out nobody:
 * - an account at an address: five wrong tries, then waits that double up to a minute. Elsewhere the account is free.
 * - an address with all the names that are tried there: fifty wrong tries, then one in five seconds. An account that
 *   has logged in from there before is not counted: it pays for its own mistakes alone.
 *
 * Memory is bounded: the least recent goes first. (Limiters at hand keep a timer for each key and as many keys as an
 * attacker sends.)
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

/** Accounts with addresses that they have logged in from. */
const MAX_KNOWN = 10_000;
const MAX_USERNAME = 64;

/** @param now ms of a clock that is never set back */
export const createLogInThrottle = (now: () => number = () => performance.now()): LogInThrottle => {
  const waits = createGrowingWaits(now);
  const budget = createFailureBudget(now);
  const known = createRecentMap<true>(MAX_KNOWN);
  const inTurn = createTurnsByKey();

  return {
    async attempt(username, address, verify) {
      const network = clientNetwork(address);
      const account = JSON.stringify([username.slice(0, MAX_USERNAME).toLowerCase(), network]);
      waits.check(account);
      return inTurn(account, async () => {
        // Those before it may have been wrong.
        waits.check(account);
        const verdict = known.get(account) ? await verify() : await budget.spend(network, verify);
        if (verdict === undefined) {
          waits.fail(account);
        } else {
          waits.forget(account);
          known.set(account, true);
        }
        return verdict;
      });
    },
  };
};
