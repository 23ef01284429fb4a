export interface Turns {
  push(task: () => void): void;
  /** Does at once what waits. */
  flush(): void;
}

/**
 * Work in its order that is urgent, but comes in heaps when a thousand printers fail at once: others get their turn
 * after so many ms of it.
 */
export const createTurns = (budget: number, onError: (error: unknown) => void): Turns => {
  let waiting: (() => void)[] = [];
  let scheduled = false;

  const work = (end: number): void => {
    let done = 0;
    for (const task of waiting) {
      if (performance.now() >= end) break;
      done += 1;
      try {
        task();
      } catch (error) {
        onError(error);
      }
    }
    waiting = waiting.slice(done);
  };

  const turn = (): void => {
    scheduled = false;
    work(performance.now() + budget);
    schedule();
  };

  const schedule = (): void => {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    setImmediate(turn);
  };

  return {
    push(task) {
      waiting.push(task);
      schedule();
    },
    flush() {
      work(Number.POSITIVE_INFINITY);
    },
  };
};
