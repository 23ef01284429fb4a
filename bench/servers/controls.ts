import { setTimeout as sleep } from 'node:timers/promises';
import { serveCalls } from '../support/calls.ts';

export interface Usage {
  /** User and system time of the whole process, in µs. */
  readonly cpu: number;
  /** µs in which the event loop was busy. */
  readonly busy: number;
  /** Bytes. */
  readonly memory: number;
  /** How often all live values were changed so far: fewer than were asked for when the machine is busy. */
  readonly changes: number;
}

interface Controls {
  /** Gives every live variable of every printer a new value. */
  readonly change: (n: number) => void;
  /** Takes away what the measurement added. */
  readonly reset: () => Promise<void>;
}

const LOOK = 50;
/** Part of the time that the event loop may be busy; on a loaded machine even little work takes long. */
const QUIET = 0.2;
const SETTLE_LIMIT = 3000;

/** Resolves when the event loop has been almost idle for a moment: what was put off is done. */
const settle = async (): Promise<void> => {
  const end = performance.now() + SETTLE_LIMIT;
  for (let quiet = 0; quiet < 4 && performance.now() < end; ) {
    const before = performance.eventLoopUtilization();
    await sleep(LOOK);
    quiet = performance.eventLoopUtilization(before).utilization < QUIET ? quiet + 1 : 0;
  }
};

/** What the runner may ask of either server. */
export const serveControls = ({ change, reset }: Controls): void => {
  let changes = 0;
  let timer: NodeJS.Timeout | undefined;
  serveCalls({
    usage(): Usage {
      const { user, system } = process.cpuUsage();
      const busy = performance.eventLoopUtilization().active * 1000;
      return { cpu: user + system, busy, memory: process.memoryUsage.rss(), changes };
    },
    /** 0 ends it. */
    changeEvery(interval: number) {
      clearInterval(timer);
      if (interval > 0) timer = setInterval(() => change(++changes), interval);
    },
    reset,
    settle,
  });
};
