import type { Clock, DriverError, Log } from '../app/ports.ts';

/** In ms. */
const FIRST_BACK_OFF = 5_000;
export const LONGEST_BACK_OFF = 60_000;
/** Failures in a row until a printer counts as unreachable. */
const FAILURES_UNTIL_LOST = 3;

export interface LostConnection {
  readonly state: 'unreachable' | 'unauthorized';
  readonly message: string;
  /** Of the first failure; ISO 8601, UTC. */
  readonly since: string;
}

/** How well a printer is reached: counts failures, says how long to wait, logs once down and once up. */
export interface Connection {
  up(): void;
  /** Undefined while it may be a hiccup. */
  down(error: DriverError): LostConnection | undefined;
  /** How long to wait until the next try, in ms; undefined while it is reached. */
  backOff(): number | undefined;
}

export const createConnection = ({ clock, log }: { clock: Clock; log: Log }): Connection => {
  let failures = 0;
  let since = '';
  let loss: LostConnection | undefined;

  return {
    up() {
      if (loss !== undefined) log.info({ since: loss.since }, 'The printer is reached again');
      failures = 0;
      loss = undefined;
    },
    down(error) {
      if (failures === 0) since = clock.now().toISOString();
      failures += 1;
      const state = error.kind === 'unauthorized' ? 'unauthorized' : 'unreachable';
      if (state === 'unreachable' && failures < FAILURES_UNTIL_LOST) return undefined;
      if (loss?.state !== state) log.warn({ state, reason: error.message }, 'The printer is not reached');
      loss = { state, message: error.message, since };
      return loss;
    },
    backOff() {
      if (loss === undefined) return undefined;
      if (loss.state === 'unauthorized') return LONGEST_BACK_OFF;
      return Math.min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2 ** Math.min(10, failures - FAILURES_UNTIL_LOST));
    },
  };
};
