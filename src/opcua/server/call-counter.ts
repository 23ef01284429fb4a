/** Method calls of each caller in the running second. */
export interface CallCounter {
  /**
   * @param caller an account's name, or the session that has none
   * @returns whether they fit; `first beyond` for the first of this second that do not
   */
  add(caller: string | object, calls: number): 'fits' | 'first beyond' | 'beyond';
}

/** ms */
const WINDOW = 1000;

/**
 * One window for all callers: what it holds is bounded by the sessions that there are.
 * @param limit calls in a second
 * @param now ms
 */
export const createCallCounter = (limit: number, now: () => number): CallCounter => {
  const counts = new Map<string | object, number>();
  let since = now();
  return {
    add(caller, calls) {
      const time = now();
      if (time - since >= WINDOW) {
        counts.clear();
        since = time;
      }
      const before = counts.get(caller) ?? 0;
      const count = before + calls;
      counts.set(caller, count);
      if (count <= limit) return 'fits';
      return before <= limit ? 'first beyond' : 'beyond';
    },
  };
};
