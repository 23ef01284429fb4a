import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again until the answer is neither undefined nor false.
 * @param what named in the error, with the last failure, when the time (ms) is over
 */
export const waitFor = async <T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  { timeout = 30_000, interval = 100 }: { readonly timeout?: number; readonly interval?: number } = {},
): Promise<T> => {
  const end = Date.now() + timeout;
  let lastFailure: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      lastFailure = undefined;
    } catch (error) {
      lastFailure = error;
    }
    if (Date.now() > end) {
      throw new Error(`Waited ${timeout / 1000} s in vain for ${what}`, { cause: lastFailure });
    }
    await sleep(interval);
  }
};
