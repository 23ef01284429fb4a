import { type Clock, type Log, OutcomeUnknown } from '../app/ports.ts';
import { Refusal } from '../domain/refusal.ts';

export interface LoopDeps {
  /** @returns ms until the next one */
  readonly look: (stop: AbortSignal) => Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 to 1 */
  readonly random: () => number;
  /** ms to wait after a fault of our own. */
  readonly afterFault: number;
}

export interface Loop {
  /** Runs until the signal is aborted; never rejects. */
  run(stop: AbortSignal): Promise<void>;
  /** The next look comes at once, or right after the one that is under way. */
  nudge(): void;
}

/** Part by which a wait is shortened or lengthened, so that the printers of a lab are not read in step. */
const JITTER = 0.2;
/** A wait is at most so many times as long as asked for. */
export const LONGEST_WAIT = 1 + JITTER;

/** Nothing was stored, or nobody knows: either way the next look compares again with what the store says. */
const isStorageFault = (error: unknown): boolean =>
  error instanceof OutcomeUnknown || (error instanceof Refusal && error.code === 'StorageFailed');

/** One look after the other, never two at a time. */
export const createLoop = ({ look, clock, log, random, afterFault }: LoopDeps): Loop => {
  let nudged = false;
  let wake: AbortController | undefined;
  let storageFailed = false;

  const lookOnce = async (stop: AbortSignal): Promise<number> => {
    try {
      const wait = await look(stop);
      if (storageFailed) log.info({}, 'Steps of the print are stored again');
      storageFailed = false;
      return wait;
    } catch (error) {
      if (stop.aborted) return 0;
      const isStorage = isStorageFault(error);
      if (!isStorage) log.error({ err: error }, 'A look at the printer failed');
      else if (!storageFailed)
        log.error({ err: error }, 'A step of the print could not be stored: tried again');
      storageFailed ||= isStorage;
      return afterFault;
    }
  };

  const wait = async (milliseconds: number, stop: AbortSignal): Promise<void> => {
    if (nudged || stop.aborted) return;
    const waking = new AbortController();
    wake = waking;
    const jittered = milliseconds * (1 + JITTER * (2 * random() - 1));
    // It ends by time, by a nudge or by the stop: all three are expected.
    await clock.sleep(jittered, AbortSignal.any([stop, waking.signal])).catch(() => undefined);
    wake = undefined;
  };

  return {
    async run(stop) {
      while (!stop.aborted) {
        nudged = false;
        await wait(await lookOnce(stop), stop);
      }
    },
    nudge() {
      nudged = true;
      wake?.abort();
    },
  };
};
