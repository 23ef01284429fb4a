import { setTimeout as sleep } from 'node:timers/promises';

/** ms: often at first, since most comes about at once; seldom later, since asking costs a peer something. */
const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 100;

/**
 * Waits for what comes about in its own time: asks again until the answer is neither undefined nor false. A question
 * that fails is asked again too.
 * @param what named in the error when the time is over, with the last failure as its cause
 * @param timeout ms; generous, since it is reached only when the test fails
 */
export const until = async <T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  { timeout = 30_000 }: { readonly timeout?: number } = {},
): Promise<T> => {
  const end = performance.now() + timeout;
  let lastFailure: unknown;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.2, LONGEST_PAUSE)) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      lastFailure = undefined;
    } catch (error) {
      lastFailure = error;
    }
    if (performance.now() > end) {
      throw new Error(`Waited ${timeout / 1000} s in vain for ${what}`, { cause: lastFailure });
    }
    await sleep(pause);
  }
};
