/**
 * Time for a whole lab: it stands still while anything is under way, and then jumps to the next moment at which
 * somebody wants to wake. Days pass in seconds, and black holes cost nothing.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../../src/app/ports.ts';

interface Sleeper {
  readonly until: number;
  wake(): void;
}

/** What is asked of a printer is under way until it is answered, or until nothing but time can end it. */
export interface UnderWay {
  end(): void;
  /** Nothing happens any more until a time-out: time may pass. */
  hold(): void;
}

export type VirtualTime = ReturnType<typeof createVirtualTime>;

/** Turns of the event loop without any sign of life after which all is quiet. */
const QUIET_TURNS = 4;
/** Real ms: a test that hangs says so. */
const PATIENCE = 20_000;

/** @param passed told of each step before anybody wakes, in ms: what machines do meanwhile */
export const createVirtualTime = (
  passed: (milliseconds: number) => void = () => undefined,
  start = Date.parse('2026-01-05T08:00:00.000Z'),
) => {
  const sleepers = new Set<Sleeper>();
  /** Of the latest request: one is made after the other. */
  let timeout: Sleeper | undefined;
  const sleeping = new Set<symbol>();
  /** Requests that nothing but a time-out ends. */
  const held = new Set<symbol>();
  let now = start;
  let underWay = 0;
  let activity = 0;

  const never = new Promise<never>(() => undefined);

  const sleep = (milliseconds: number, signal: AbortSignal | undefined, life: AbortSignal): Promise<void> => {
    activity += 1;
    if (life.aborted) return never;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const end = (): void => {
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
        life.removeEventListener('abort', end);
        activity += 1;
      };
      const abort = (): void => {
        end();
        reject(signal?.reason);
      };
      const sleeper = {
        until: now + milliseconds,
        wake() {
          end();
          resolve();
        },
      };
      sleepers.add(sleeper);
      signal?.addEventListener('abort', abort);
      life.addEventListener('abort', end);
    });
  };

  const settle = async (): Promise<void> => {
    const patience = performance.now() + PATIENCE;
    let quiet = 0;
    let seen = activity;
    while (quiet < QUIET_TURNS) {
      await nextTurn();
      const busy = underWay > sleeping.size + held.size || activity !== seen;
      quiet = busy ? 0 : quiet + 1;
      seen = activity;
      if (performance.now() > patience) throw new Error(`${underWay} calls do not end.`);
    }
  };

  /** To the next moment at which somebody wakes, at most to `limit`. */
  const step = (limit: number): void => {
    if (underWay === 0) timeout = undefined;
    const wanted = timeout === undefined ? sleepers : [...sleepers, timeout];
    const due = [...wanted].reduce((first, { until }) => Math.min(first, until), limit);
    const before = now;
    now = Math.max(now, due);
    if (now > before) passed(now - before);
    if (timeout !== undefined && timeout.until <= now) {
      const late = timeout;
      timeout = undefined;
      held.clear();
      late.wake();
    }
    for (const sleeper of [...sleepers].filter(({ until }) => until <= now)) sleeper.wake();
  };

  return {
    now: () => new Date(now),
    settle,
    /** A process's clock: when its life has ended nobody wakes any more. */
    clock: (life: AbortSignal): Clock => ({
      now: () => new Date(now),
      sleep: (milliseconds, signal) => sleep(milliseconds, signal, life),
    }),
    /** A driver's: while it sleeps nothing else of its call is under way. */
    driverClock: (life: AbortSignal): Clock => ({
      now: () => new Date(now),
      async sleep(milliseconds, signal) {
        const key = Symbol('sleeping');
        sleeping.add(key);
        try {
          await sleep(milliseconds, signal, life);
        } finally {
          activity += 1;
          sleeping.delete(key);
        }
      },
    }),
    timeout(milliseconds: number): AbortSignal {
      const controller = new AbortController();
      const wake = (): void =>
        controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
      timeout = { until: now + milliseconds, wake };
      return controller.signal;
    },
    /** Something begins that takes real time. */
    begin(): UnderWay {
      underWay += 1;
      activity += 1;
      let ended = false;
      return {
        hold() {
          activity += 1;
          held.add(Symbol('held'));
        },
        end() {
          if (ended) return;
          ended = true;
          underWay -= 1;
          activity += 1;
          if (underWay === 0) held.clear();
        },
      };
    },
    /** Lets time pass until the condition holds. @returns false when it did not within so many ms of virtual time */
    async until(condition: () => boolean | Promise<boolean>, milliseconds: number): Promise<boolean> {
      const limit = now + milliseconds;
      for (;;) {
        await settle();
        if (await condition()) return true;
        if (now >= limit) return false;
        step(limit);
      }
    },
    async pass(milliseconds: number): Promise<void> {
      await this.until(() => false, milliseconds);
    },
  };
};

const current = new AsyncLocalStorage<VirtualTime>();
const realTimeout = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = milliseconds => current.getStore()?.timeout(milliseconds) ?? realTimeout(milliseconds);

/** All that begins in there has its time-outs (`AbortSignal.timeout`) in that time. */
export const inVirtualTime = <T>(time: VirtualTime, act: () => T): T => current.run(time, act);
