import { onPrinterStatuses } from '../../domain/job-status.ts';
import { isOnline, isResting, type PrinterSnapshot } from '../../domain/printer.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { RowChange } from '../ports.ts';
import { dispatchPass } from './dispatch-pass.ts';
import { createPrintedTime } from './printed-time.ts';

export interface Dispatcher {
  start(): Promise<void>;
  /** Resolves when the pass under way has ended. */
  stop(): Promise<void>;
  /** Whether it runs, and a good pass ended, or began after one, less than 30 s ago. */
  working(): boolean;
}

/** In ms: looks even if nobody pokes, in case a poke was missed or a pass failed. */
const SLOW_TIMER = 5000;
/** A pass is followed by a rest of so many times its length: a long queue never takes the event loop over. */
const REST_FACTOR = 5;
/** In ms: a stream of submissions shares its passes. */
const SHORTEST_REST = 20;
/** In ms: however long a pass took, the next one begins in time for `working`. */
const LONGEST_REST = 20_000;
/** In ms without a sign of life. */
const STUCK_AFTER = 30_000;

/** A job that waits, a printer that may have become ready: nothing else changes what can be dispatched. */
const concerns = (change: RowChange): boolean => {
  if (change.collection === 'printers' || change.collection === 'beds') return true;
  if (change.collection !== 'jobs' || change.after === undefined) return false;
  if (change.after.status === 'approved') return true;
  const wasOnPrinter = change.before !== undefined && onPrinterStatuses.includes(change.before.status);
  return wasOnPrinter && !onPrinterStatuses.includes(change.after.status);
};

/** What of a reading decides whether a printer is ready. */
const readinessOf = ({ state }: PrinterSnapshot): string => `${isOnline(state)} ${isResting(state)}`;

/**
 * One coalescing loop: however often it is poked, one pass runs at a time, and one more after it.
 * @param monotonic ms; no time of day, since a clock that is set forward is no standstill
 */
export const createDispatcher = (
  deps: ApplicationDeps,
  monotonic: () => number = () => performance.now(),
): Dispatcher => {
  const { commit, live, clock, log } = deps;
  const printed = createPrintedTime(deps.store);
  const readiness = new Map<string, string>();
  let poked = false;
  let wake: (() => void) | undefined;
  let stopping: AbortController | undefined;
  let running: Promise<void> = Promise.resolve();
  let unsubscribe: (() => void)[] = [];
  /** Of the last good pass or the start after it, in ms. */
  let alive = Number.NEGATIVE_INFINITY;

  const poke = (): void => {
    poked = true;
    wake?.();
  };

  /** Until poked, or the slow timer. */
  const untilPoked = async (signal: AbortSignal): Promise<void> => {
    if (poked) return;
    const waiting = new AbortController();
    const woken = new Promise<void>(resolve => {
      wake = resolve;
    });
    const timer = clock.sleep(SLOW_TIMER, AbortSignal.any([signal, waiting.signal])).catch(() => undefined);
    await Promise.race([woken, timer]);
    wake = undefined;
    waiting.abort();
  };

  /** @returns whether it went well */
  const pass = async (): Promise<boolean> => {
    try {
      await dispatchPass(deps, await printed.byOwner(clock.now()));
      return true;
    } catch (error) {
      log.error({ err: error }, 'Dispatch failed');
      return false;
    }
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    let isGood = true;
    while (!signal.aborted) {
      poked = false;
      const begin = performance.now();
      if (isGood) alive = monotonic();
      isGood = await pass();
      if (isGood) alive = monotonic();
      const rest = Math.max(SHORTEST_REST, Math.ceil((performance.now() - begin) * REST_FACTOR));
      await clock.sleep(Math.min(LONGEST_REST, rest), signal).catch(() => undefined);
      await untilPoked(signal);
    }
  };

  return {
    async start() {
      const stop = new AbortController();
      stopping = stop;
      unsubscribe = [
        commit.listen('dispatch', publication => {
          printed.hear(publication.changes);
          if (publication.changes.some(concerns)) poke();
        }),
        live.onChange('dispatcher', (printer, snapshot) => {
          const now = readinessOf(snapshot);
          if (readiness.get(printer) === now) return;
          readiness.set(printer, now);
          poke();
        }),
      ];
      running = run(stop.signal);
    },
    async stop() {
      for (const end of unsubscribe) end();
      unsubscribe = [];
      stopping?.abort();
      await running;
      alive = Number.NEGATIVE_INFINITY;
    },
    working: () => monotonic() - alive < STUCK_AFTER,
  };
};
