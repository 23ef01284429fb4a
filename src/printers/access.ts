import type { Clock, DriverError, LiveValues, Log } from '../app/ports.ts';
import { isResting, type PrinterSnapshot } from '../domain/printer.ts';
import { LONGEST_BACK_OFF } from './connection.ts';

/** Whether the printer lets us upload and start: a key that may read need not be allowed to. */
export interface Access {
  /** It took a start. */
  grant(): void;
  /**
   * It did not accept the key for an upload or a start. Shown at once, before the job is given back: otherwise the
   * dispatcher would reserve the printer again.
   */
  deny(error: DriverError): void;
  /**
   * What is to be seen of a reading: a printer at rest that takes no job from us is `unauthorized`, with its own
   * words. That ends after a while, since only another try tells; a new key makes a new worker.
   */
  seen(snapshot: PrinterSnapshot): PrinterSnapshot;
}

export interface AccessDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly live: LiveValues;
  readonly printer: { readonly name: string };
}

export const createAccess = ({ clock, log, live, printer }: AccessDeps): Access => {
  let denial: { readonly message: string; readonly until: number } | undefined;

  const seen = (snapshot: PrinterSnapshot): PrinterSnapshot => {
    if (denial === undefined || clock.now().getTime() >= denial.until) return snapshot;
    return isResting(snapshot.state)
      ? { ...snapshot, state: 'unauthorized', message: denial.message }
      : snapshot;
  };

  return {
    grant() {
      if (denial !== undefined) log.info({}, 'The printer takes jobs again');
      denial = undefined;
    },
    deny({ message }) {
      if (denial === undefined) log.warn({ reason: message }, 'The printer is read but takes no job');
      denial = { message, until: clock.now().getTime() + LONGEST_BACK_OFF };
      const last = live.read(printer.name);
      if (last !== undefined) live.write(printer.name, seen(last));
    },
    seen,
  };
};
