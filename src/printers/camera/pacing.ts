import { setTimeout as delay } from 'node:timers/promises';

/** Time that may have been saved up, in ms: what comes unevenly is not slowed down. */
const SAVED = 250;

/** Lets no more through than a rate allows: whoever waits reads nothing meanwhile, and the sender waits in turn. */
export interface Pace {
  /** @param cost ms that this takes of the allowance */
  spend(cost: number): Promise<void>;
}

export const createPace = (
  now: () => number = () => performance.now(),
  sleep: (milliseconds: number) => Promise<unknown> = delay,
): Pace => {
  let due = Number.NEGATIVE_INFINITY;
  return {
    async spend(cost) {
      const time = now();
      due = Math.max(due, time - SAVED) + cost;
      if (due > time) await sleep(due - time);
    },
  };
};
