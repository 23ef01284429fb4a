export interface TimeSlices {
  push(task: () => void): void;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
  /** Forgets what waits. */
  clear(): void;
}

export interface TimeSliceOptions {
  /** ms of work before the event loop gets its turn. */
  readonly budget: number;
  readonly onError: (error: unknown) => void;
}

/** Work that is not urgent, in its order, in slices so short that clients do not notice. */
export const createTimeSlices = ({ budget, onError }: TimeSliceOptions): TimeSlices => {
  let tasks: (() => void)[] = [];
  let next = 0;
  let scheduled = false;
  let waiters: (() => void)[] = [];

  const settle = (): void => {
    tasks = [];
    next = 0;
    const done = waiters;
    waiters = [];
    for (const resolve of done) resolve();
  };

  const slice = (): void => {
    scheduled = false;
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
    if (next < tasks.length) schedule();
    else settle();
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(slice);
  };

  return {
    push(task) {
      tasks.push(task);
      schedule();
    },
    idle() {
      if (next >= tasks.length) return Promise.resolve();
      return new Promise(resolve => waiters.push(resolve));
    },
    clear: settle,
  };
};
