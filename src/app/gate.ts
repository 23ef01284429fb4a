import { Refusal } from '../domain/refusal.ts';

/** Lets a limited number work at once; a limited number more may wait. */
export interface Gate {
  /** @throws Refusal Busy when too many wait already */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** @param what is too many when it refuses, such as `uploads` */
export const createGate = (what: string, atOnce: number, mayWait: number): Gate => {
  let running = 0;
  const waiting: (() => void)[] = [];

  return {
    async run(work) {
      if (running < atOnce) {
        running += 1;
      } else {
        if (waiting.length >= mayWait) {
          throw new Refusal('Busy', `Too many ${what} at once: try again in a moment.`);
        }
        // Who leaves hands its place over: `running` stays.
        await new Promise<void>(enter => waiting.push(enter));
      }
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
};
