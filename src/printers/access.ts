import { elapsed } from '../app/elapsed.ts';
import type { Clock, DriverError, LiveValues, Log } from '../app/ports.ts';
import { isResting, type PrinterSnapshot } from '../domain/printer.ts';
import { LONGEST_BACK_OFF } from './connection.ts';

/** Whether the printer takes jobs from us: a key that may read need not be allowed to, and a drive may be full. */
export interface Access {
  /** It took a start. */
  grant(): void;
  /**
   * It did not accept the key for an upload or a start, or can take no file. Shown at once, before the job is given
   * back: otherwise the dispatcher would reserve the printer again.
   */
  deny(error: DriverError): void;
  /**
   * What is to be seen of a reading: a printer at rest that takes no job from us is `unauthorized`, or `attention`
   * when it is out of order, with its own words. That ends after a while, since only another try tells; a new key
   * makes a new worker.
   */
  seen(snapshot: PrinterSnapshot): PrinterSnapshot;
}

/** It is the printer that takes no job, whichever it is: the job is not to blame, and waits for another one. */
export const isPrintersFault = ({ kind }: DriverError): boolean =>
  kind === 'unauthorized' || kind === 'outOfOrder';

export interface AccessDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly live: LiveValues;
  readonly printer: { readonly name: string };
}

export const createAccess = ({ clock, log, live, printer }: AccessDeps): Access => {
  let denial:
    | { readonly state: 'unauthorized' | 'attention'; readonly message: string; readonly until: number }
    | undefined;

  const seen = (snapshot: PrinterSnapshot): PrinterSnapshot => {
    if (denial === undefined || elapsed(clock) >= denial.until) return snapshot;
    if (!isResting(snapshot.state)) return snapshot;
    const { state, message } = denial;
    // With a job, attention would be a print that is under way.
    const job = state === 'attention' ? null : snapshot.job;
    return { ...snapshot, state, message, job };
  };

  return {
    grant() {
      if (denial !== undefined) log.info({}, 'The printer takes jobs again');
      denial = undefined;
    },
    deny({ kind, message }) {
      if (denial === undefined) log.warn({ reason: message }, 'The printer is read but takes no job');
      const state = kind === 'unauthorized' ? 'unauthorized' : 'attention';
      denial = { state, message, until: elapsed(clock) + LONGEST_BACK_OFF };
      const last = live.read(printer.name);
      if (last !== undefined) live.write(printer.name, seen(last));
    },
    seen,
  };
};
