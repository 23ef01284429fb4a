import type { Job } from './job.ts';
import type { JobStatus } from './job-status.ts';

/** How much a printer has printed since this server follows it. It only grows. */
export interface PrinterOperation {
  /** The printer's name. */
  readonly id: string;
  /** ms that it has printed, without pauses; the run that is under way is added when it ends. */
  readonly duration: number;
  /** Prints that were begun, also at the printer itself. */
  readonly cycles: number;
}

export const noOperation = (printer: string): PrinterOperation => ({ id: printer, duration: 0, cycles: 0 });

/** Its print was once seen, or is known to have been made. */
const madeStatuses: readonly JobStatus[] = ['printed', 'pickupIssued', 'picked', 'collected', 'discarded'];
const hasBegun = ({ startTime, status }: Job): boolean => startTime !== null || madeStatuses.includes(status);

const isRunning = ({ status }: Job): boolean => status === 'printing';

/** Since when the job prints without a pause, in ms since 1970; undefined while it does not. */
export const runningSince = (job: Job): number | undefined => {
  if (!isRunning(job)) return undefined;
  let time = job.createTime;
  for (const entry of job.history.toReversed()) {
    if (entry.status !== 'printing') break;
    time = entry.time;
  }
  return Date.parse(time);
};

/** When the run ended: as the printer recorded it, and not later than the printer was seen. */
const runEnd = (before: Job, after: Job): number => {
  if (after.status === 'unknown' && before.unreachableSince !== null) {
    return Date.parse(before.unreachableSince);
  }
  return Date.parse(after.endTime ?? after.history.at(-1)?.time ?? '');
};

/** What a change of a job adds to the operation of its printer; undefined when it adds nothing. */
export const operationAdded = (
  before: Job | undefined,
  after: Job,
): { readonly duration: number; readonly cycles: number } | undefined => {
  const since = before === undefined ? undefined : runningSince(before);
  const ran =
    before === undefined || since === undefined || isRunning(after) ? 0 : runEnd(before, after) - since;
  const duration = ran > 0 ? ran : 0;
  const cycles = hasBegun(after) && !(before !== undefined && hasBegun(before)) ? 1 : 0;
  return duration === 0 && cycles === 0 ? undefined : { duration, cycles };
};
