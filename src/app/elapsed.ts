import type { Clock } from './ports.ts';

/** ms since some moment, which goes on whatever is done to the clock (NTP, a restored machine): for how long something takes. */
export const elapsed = (clock: Clock): number => clock.elapsed?.() ?? clock.now().getTime();

/** Moments that are asked about at a time: a printer's worker has a few. */
const MOST = 50;

/** @returns how long ago a stored moment is, in ms, never negative. @param time ISO 8601 */
export type AgeOf = (time: string) => number;

/**
 * Ages of stored moments over a clock that may be set: from when this process was first asked about one it counts by
 * itself; only what lies before, it takes from the clock, and of a moment to come nothing.
 */
export const createAges = (clock: Clock): AgeOf => {
  const begun = new Map<string, number>();
  return time => {
    const now = elapsed(clock);
    let begin = begun.get(time);
    if (begin === undefined) {
      const age = clock.now().getTime() - Date.parse(time);
      begin = now - (age > 0 ? age : 0);
      const [oldest] = begun.keys();
      if (oldest !== undefined && begun.size >= MOST) begun.delete(oldest);
      begun.set(time, begin);
    }
    return now - begin;
  };
};
