export interface BackOff {
  /** ms to wait before the next try: doubles up to the cap, with jitter so that clients don't return in step. */
  next(): number;
  reset(): void;
}

/** @param first, last in ms: the first delay and the cap */
export const createBackOff = (first: number, last: number, random: () => number = Math.random): BackOff => {
  let tries = 0;
  return {
    next() {
      const whole = Math.min(last, first * 2 ** Math.min(tries++, 20));
      return whole * (0.5 + random() / 2);
    },
    reset() {
      tries = 0;
    },
  };
};
