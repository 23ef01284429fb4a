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

/** Why a job cannot go to this printer, whatever the printer is doing; '' when it can. */
export const unsuitedReason = ({ job, file }: Candidate, printer: Printer): string => {
  if (!isWanted(job.wantedPrinter, printer)) return `${printer.name} is not wanted.`;
  return file === undefined ? '' : incompatibleReason(file, printer);
};

/** Jobs of one priority: each owner's in the order of their ids. */
type Turns = Map<string, Candidate[]>;

const turnsOf = (candidates: readonly Candidate[]): readonly Turns[] => {
  const levels = new Map<number, Turns>();
  for (const candidate of candidates) {
    const { priority, owner } = candidate.job;
    const level = levels.get(priority) ?? new Map<string, Candidate[]>();
    levels.set(priority, level);
    const queue = level.get(owner);
    if (queue === undefined) level.set(owner, [candidate]);
    else queue.push(candidate);
  }
  return [...levels].sort(([left], [right]) => right - left).map(([, level]) => level);
};

/** Finds the first free printer for a job; asks once for each file and wish, since a farm queues many alike. */
const createFinder = (free: readonly Printer[]) => {
  const suited = new Map<string, readonly Printer[]>();
  return (candidate: Candidate): Printer | undefined => {
    const key = `${candidate.job.fileId}\0${candidate.job.wantedPrinter}`;
    let printers = suited.get(key);
    if (printers === undefined) {
      printers = free.filter(printer => unsuitedReason(candidate, printer) === '');
      suited.set(key, printers);
    }
    return printers.find(printer => free.includes(printer));
  };
};

/**
 * First compatible printer that is ready, for each job in its turn: higher priority first; then the owner with
 * the fewest jobs on printers; then age. Pure: the caller commits.
 * @param candidates ascending by job id
 * @param running how many jobs each owner has on printers now
 * @param autoSchedule false: only jobs that name a printer are dispatched
 */
export const decide = (
  candidates: readonly Candidate[],
  seats: readonly Seat[],
  running: ReadonlyMap<string, number>,
  autoSchedule: boolean,
): readonly Assignment[] => {
  const free = seats.filter(seat => seat.notReady === '').map(seat => seat.printer);
  if (free.length === 0) return [];
  const printerFor = createFinder(free);
  const counts = new Map(running);
  const countOf = (owner: string): number => counts.get(owner) ?? 0;
  const assignments: Assignment[] = [];
  for (const level of turnsOf(candidates.filter(({ job }) => mayDispatch(job, autoSchedule)))) {
    // Who has no printer now will have none later in this pass: the head of each queue is always suited.
    for (const owner of level.keys()) dropUnsuited(level, owner, printerFor);
    while (free.length > 0 && level.size > 0) {
      const [candidate] = [...level.values()]
        .flatMap(queue => queue.slice(0, 1))
        .sort(
          (left, right) => countOf(left.job.owner) - countOf(right.job.owner) || left.job.id - right.job.id,
        );
      const printer = candidate && printerFor(candidate);
      if (candidate === undefined || printer === undefined) break;
      const { id, owner } = candidate.job;
      assignments.push({ jobId: id, printer: printer.name });
      counts.set(owner, countOf(owner) + 1);
      free.splice(free.indexOf(printer), 1);
      level.get(owner)?.shift();
      for (const other of level.keys()) dropUnsuited(level, other, printerFor);
    }
  }
  return assignments;
};

const dropUnsuited = (
  level: Turns,
  owner: string,
  printerFor: (candidate: Candidate) => Printer | undefined,
): void => {
  const queue = level.get(owner) ?? [];
  const first = queue.findIndex(candidate => printerFor(candidate) !== undefined);
  if (first === -1) level.delete(owner);
  else queue.splice(0, first);
};

const namesPrinter = (wanted: string): boolean => wanted !== '' && !wanted.startsWith('group:');

/** Whether a job is dispatched without a person's doing; held jobs are not. */
export const mayDispatch = (job: Job, autoSchedule: boolean): boolean =>
  !job.held && (autoSchedule || namesPrinter(job.wantedPrinter));

/** Why an approved job is not on a printer yet, in at most 200 ASCII characters. */
export const waitingReason = (
  candidate: Candidate,
  seats: readonly Seat[],
  autoSchedule: boolean,
): string => {
  const { job } = candidate;
  if (job.held) return 'Held: it waits for a start.';
  if (!mayDispatch(job, autoSchedule)) return 'Automatic dispatch is off: staff assign a printer.';
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
