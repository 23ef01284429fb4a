import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../app/ports.ts';

export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, signal === undefined ? {} : { signal }),
};
