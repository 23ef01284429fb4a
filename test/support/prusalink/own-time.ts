/** A stand-in's time: it passes with the test's clock, and when the test says so. */
export const createOwnTime = (
  now: (() => Date) | undefined,
  passed: (milliseconds: number) => void = () => undefined,
) => {
  let time = now?.().getTime() ?? Date.parse('2026-01-05T08:00:00.000Z');
  let outside = time;
  const advance = (milliseconds: number): void => {
    time += milliseconds;
    passed(milliseconds);
  };
  return {
    /** ms since 1970 */
    now: (): number => time,
    advance,
    followClock(): void {
      const then = outside;
      outside = now?.().getTime() ?? outside;
      if (outside > then) advance(outside - then);
    },
  };
};
