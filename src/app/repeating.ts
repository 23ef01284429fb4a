import type { Clock, Log } from './ports.ts';

export interface RepeatingDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** ms from the end of a round to the next. */
  readonly every: number;
  /** For the log, such as `The watch over pick-ups`. */
  readonly what: string;
  readonly round: (stop: AbortSignal) => Promise<void>;
}

export interface Repeating {
  start(): Promise<void>;
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
}

/** The same again and again: never two rounds at a time, and one that fails is logged and keeps none from coming. */
export const createRepeating = ({ clock, log, every, what, round }: RepeatingDeps): Repeating => {
  let running: { readonly stopping: AbortController; readonly ended: Promise<void> } | undefined;

  const run = async (stop: AbortSignal): Promise<void> => {
    while (!stop.aborted) {
      await round(stop).catch(error => log.error({ err: error }, `${what} failed`));
      // It ends by time or by the stop: both are expected.
      await clock.sleep(every, stop).catch(() => undefined);
    }
  };

  return {
    async start() {
      if (running !== undefined) return;
      const stopping = new AbortController();
      running = { stopping, ended: run(stopping.signal) };
    },
    async stop() {
      if (running === undefined) return;
      const { stopping, ended } = running;
      running = undefined;
      stopping.abort(new Error(`${what} is stopped.`));
      await ended;
    },
  };
};
