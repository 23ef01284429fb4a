import { incompatibleReason, isWanted } from './compatibility.ts';
import type { GcodeFile } from './gcode-file.ts';
import type { Job } from './job.ts';
import type { Printer } from './printer.ts';

/** A job that waits for a printer (status approved). */
export interface Candidate {
  readonly job: Job;
  readonly file: GcodeFile | undefined;
}

/** A printer with what keeps it from taking a job now ('' when it is ready). */
export interface Seat {
  readonly printer: Printer;
  readonly notReady: string;
}

export interface Assignment {
  readonly jobId: number;
  readonly printer: string;
}

/**
 * Higher priority first; then the owner with the fewest jobs on printers; then age.
 * @param running how many jobs each owner has on printers now
 */
export const byTurn =
  (running: ReadonlyMap<string, number>) =>
  (left: Job, right: Job): number =>
    right.priority - left.priority ||
    (running.get(left.owner) ?? 0) - (running.get(right.owner) ?? 0) ||
    left.id - right.id;

/** Why a job cannot go to this printer, whatever the printer is doing; '' when it can. */
export const unsuitedReason = ({ job, file }: Candidate, printer: Printer): string => {
  if (!isWanted(job.wantedPrinter, printer)) return `${printer.name} is not wanted.`;
  return file === undefined ? '' : incompatibleReason(file, printer);
};

/**
 * First compatible printer that is ready, for each job in its turn. Pure: the caller commits.
 * @param autoSchedule false: only jobs that name a printer are dispatched
 */
export const decide = (
  candidates: readonly Candidate[],
  seats: readonly Seat[],
  running: ReadonlyMap<string, number>,
  autoSchedule: boolean,
): readonly Assignment[] => {
  const free = seats.filter(seat => seat.notReady === '').map(seat => seat.printer);
  const turns = new Map(running);
  const waiting = candidates.filter(({ job }) => dispatchable(job, autoSchedule));
  const assignments: Assignment[] = [];
  while (free.length > 0 && waiting.length > 0) {
    const order = byTurn(turns);
    let best: { candidate: Candidate; printer: Printer } | undefined;
    for (const candidate of waiting) {
      if (best !== undefined && order(best.candidate.job, candidate.job) <= 0) continue;
      const printer = free.find(one => unsuitedReason(candidate, one) === '');
      if (printer !== undefined) best = { candidate, printer };
    }
    if (best === undefined) break;
    const { candidate, printer } = best;
    assignments.push({ jobId: candidate.job.id, printer: printer.name });
    turns.set(candidate.job.owner, (turns.get(candidate.job.owner) ?? 0) + 1);
    free.splice(free.indexOf(printer), 1);
    waiting.splice(waiting.indexOf(candidate), 1);
  }
  return assignments;
};

const namesPrinter = (wanted: string): boolean => wanted !== '' && !wanted.startsWith('group:');

const dispatchable = (job: Job, autoSchedule: boolean): boolean =>
  !job.held && (autoSchedule || namesPrinter(job.wantedPrinter));

/** Why an approved job is not on a printer yet, in at most 200 ASCII characters. */
export const waitingReason = (
  candidate: Candidate,
  seats: readonly Seat[],
  autoSchedule: boolean,
): string => {
  const { job } = candidate;
  if (job.held) return 'Held: it waits for a start.';
  if (!dispatchable(job, autoSchedule)) return 'Automatic dispatch is off: staff assign a printer.';
  const wanted = seats.filter(seat => isWanted(job.wantedPrinter, seat.printer));
  if (wanted.length === 0) {
    return job.wantedPrinter === ''
      ? 'The lab has no printer yet.'
      : `There is no printer ${job.wantedPrinter} any more: assign another.`;
  }
  const suited = wanted.filter(seat => unsuitedReason(candidate, seat.printer) === '');
  const [first] = suited;
  if (first === undefined) {
    const [one] = wanted;
    return one === undefined ? '' : `No compatible printer: ${unsuitedReason(candidate, one.printer)}`;
  }
  const busy = suited.filter(seat => seat.notReady !== '');
  if (busy.length < suited.length) return 'Its turn is next: a printer is being reserved.';
  if (suited.length === 1) return `Waits for ${first.printer.name}: ${first.notReady}`;
  return `Waits for one of ${suited.length} printers; ${first.printer.name}: ${first.notReady}`;
};
