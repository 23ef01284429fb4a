import type { Clock, Log } from '../../app/ports.ts';

export interface SettlingDeps {
  /** Brings the objects up to what is known; never two at a time. */
  readonly settle: () => Promise<void>;
  /** ms between a change and its objects; several changes share it. */
  readonly delay: number;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Log;
  /** For the log, such as `The job nodes`. */
  readonly what: string;
}

/** Objects that follow changes a little later, together: nobody waits for them. */
export interface Settling {
  /** Something has changed. */
  wake(): void;
  /** The work under way; undefined without any. */
  current(): Promise<void> | undefined;
  /** Resolves when the objects show what is known now. */
  settled(): Promise<void>;
  isEnded(): boolean;
  /** Ends at once; resolves when what is under way has ended. */
  end(): Promise<void>;
}

export const createSettling = ({ settle, delay, clock, log, what }: SettlingDeps): Settling => {
  const ended = new AbortController();
  let stale = false;
  let settling: Promise<void> | undefined;

  const settleAll = async (): Promise<void> => {
    while (stale && !ended.signal.aborted) {
      await clock.sleep(delay, ended.signal).catch(() => {});
      if (ended.signal.aborted) return;
      stale = false;
      try {
        await settle();
      } catch (error) {
        log.error({ err: error }, `${what} could not be brought up to date`);
      }
    }
  };

  return {
    wake() {
      stale = true;
      settling ??= settleAll().finally(() => {
        settling = undefined;
      });
    },
    current: () => settling,
    async settled() {
      while (settling !== undefined) await settling;
    },
    isEnded: () => ended.signal.aborted,
    async end() {
      ended.abort();
      await settling;
    },
  };
};
