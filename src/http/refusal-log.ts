import type { Log } from '../app/ports.ts';

/** ms */
const LOG_EVERY = 60_000;

/** Tells of refused connections once a minute at most: a flood of them must not become a flood of lines. */
export const createRefusalLog = (log: Log, message: string, now: () => number = () => performance.now()) => {
  let lastTold = Number.NEGATIVE_INFINITY;
  let refused = 0;
  return (address: string | undefined, limit: number): void => {
    refused += 1;
    if (now() - lastTold < LOG_EVERY) return;
    lastTold = now();
    log.warn({ address, limit, refused }, message);
    refused = 0;
  };
};
