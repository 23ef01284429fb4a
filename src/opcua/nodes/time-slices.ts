export interface TimeSlices {
  push(task: () => void): void;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
  /** The same, without rests: for the start, when nobody is served yet. */
  finish(): Promise<void>;
  /** Forgets what waits. */
  clear(): void;
}

export interface TimeSliceOptions {
  /** ms of work before the event loop gets its turn. */
  readonly budget: number;
  readonly onError: (error: unknown) => void;
}

/** While others use the event loop, each slice is followed by a rest of so many times its length. */
const REST_FACTOR = 19;
/** Part of the time between two slices that others may use before they count as busy. */
const BUSY = 0.1;

/**
 * Work that is not urgent, in its order, in slices so short that clients do not notice; while they are busy it takes
 * a twentieth of the time, so that a burst of calls is answered at full speed.
 */
export const createTimeSlices = ({ budget, onError }: TimeSliceOptions): TimeSlices => {
  let tasks: (() => void)[] = [];
  let next = 0;
  let scheduled = false;
  /** Until then others have the event loop to themselves. */
  let restUntil = 0;
  let rests = true;
  let waiters: (() => void)[] = [];
  let ended = performance.eventLoopUtilization();

  /** Whether others had much to do since the last slice. */
  const isBusy = (): boolean => {
    const { active, idle } = performance.eventLoopUtilization(ended);
    return active > BUSY * (budget + active + idle);
  };

  const settle = (): void => {
    tasks = [];
    next = 0;
    rests = true;
    const done = waiters;
    waiters = [];
    for (const resolve of done) resolve();
  };

  const slice = (): void => {
    scheduled = false;
    const busy = rests && isBusy();
    const end = performance.now() + budget;
    while (next < tasks.length && performance.now() < end) {
      const task = tasks[next];
      next += 1;
      try {
        task?.();
      } catch (error) {
        onError(error);
      }
    }
    ended = performance.eventLoopUtilization();
    restUntil = busy ? performance.now() + budget * REST_FACTOR : 0;
    if (next < tasks.length) schedule();
    else settle();
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    const rest = restUntil - performance.now();
    if (rest > 0) setTimeout(slice, rest);
    else setImmediate(slice);
  };

  const idle = (): Promise<void> =>
    next >= tasks.length ? Promise.resolve() : new Promise(resolve => waiters.push(resolve));

  return {
    push(task) {
      tasks.push(task);
      schedule();
    },
    idle,
    finish() {
      rests = next >= tasks.length;
      return idle();
    },
    clear: settle,
  };
};
