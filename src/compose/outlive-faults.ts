import type { Log } from '../app/ports.ts';

/** More faults than these within a minute are no single printer's any more. */
const MOST_FAULTS = 20;
const MINUTE = 60_000;

export interface OutliveFaultsDeps {
  readonly log: Log;
  /** Of the process. */
  readonly on: (
    event: 'uncaughtException' | 'unhandledRejection',
    listener: (error: unknown) => void,
  ) => void;
  /** Ends the process in order, for whoever supervises it to start it again. */
  readonly giveUp: () => void;
  /** ms, monotonic */
  readonly now?: () => number;
}

/**
 * What nobody caught is a mistake of ours at one place, such as one printer's connection: it is logged, and must not
 * end the prints of all the others, at each start again. The store is not touched by it: what it has taken is on disk,
 * and a transaction that fails leaves nothing.
 */
export const outliveFaults = ({
  log,
  on,
  giveUp,
  now = () => performance.now(),
}: OutliveFaultsDeps): void => {
  let times: readonly number[] = [];
  const meet = (error: unknown): void => {
    log.error({ err: error }, 'A fault that nobody caught: the server goes on');
    const time = now();
    times = [...times.filter(one => time - one < MINUTE), time];
    if (times.length !== MOST_FAULTS) return;
    log.error({}, `${MOST_FAULTS} such faults within a minute: the server stops`);
    giveUp();
  };
  on('uncaughtException', meet);
  on('unhandledRejection', meet);
};
