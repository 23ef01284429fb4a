import type { Job } from './job.ts';
import type { Candidate, Seat, Suitability } from './suitability.ts';

export interface Assignment {
  readonly jobId: number;
  readonly printer: string;
}

/** What a decision goes by, besides the jobs and the printers. */
export interface Conditions {
  readonly now: Date;
  readonly suitability: Suitability;
  /** False: only jobs that name a printer are dispatched. */
  readonly autoSchedule: boolean;
  /** How many prints may begin now: those that heat up together share the lab's mains. */
  readonly starts: number;
  /** ms of waiting that count as one more of priority, so that no job waits for ever; 0 for never. */
  readonly ageing: number;
  /** How many jobs each owner has on printers now. */
  readonly running: ReadonlyMap<string, number>;
  /** s that each owner has printed of late. */
  readonly used: ReadonlyMap<string, number>;
}

/** Jobs of one priority: each owner's in the order of their ids. */
type Turns = Map<string, Candidate[]>;

const agedPriority = ({ priority, createTime }: Job, { now, ageing }: Conditions): number =>
  ageing === 0
    ? priority
    : priority + Math.max(0, Math.floor((now.getTime() - Date.parse(createTime)) / ageing));

const turnsOf = (candidates: readonly Candidate[], conditions: Conditions): readonly Turns[] => {
  const levels = new Map<number, Turns>();
  for (const candidate of candidates) {
    const priority = agedPriority(candidate.job, conditions);
    const { owner } = candidate.job;
    const level = levels.get(priority) ?? new Map<string, Candidate[]>();
    levels.set(priority, level);
    const queue = level.get(owner);
    if (queue === undefined) level.set(owner, [candidate]);
    else queue.push(candidate);
  }
  return [...levels].sort(([left], [right]) => right - left).map(([, level]) => level);
};

/** Finds the first free printer for a job; asks once for each file and wish, since a farm queues many alike. */
const createFinder = (free: readonly Seat[], suitability: Suitability) => {
  const suited = new Map<string, readonly Seat[]>();
  return (candidate: Candidate): Seat | undefined => {
    const key = `${candidate.job.fileId}\0${candidate.job.wantedPrinter}`;
    let seats = suited.get(key);
    if (seats === undefined) {
      seats = free.filter(seat => suitability(candidate, seat) === '');
      suited.set(key, seats);
    }
    return seats.find(seat => free.includes(seat));
  };
};

/** Whose turn it is: who has the fewest jobs on printers, then who has printed least of late, then age. */
const createTurnOrder = ({ running, used }: Conditions) => {
  const given = new Map(running);
  const countOf = (owner: string): number => given.get(owner) ?? 0;
  const usedBy = (owner: string): number => used.get(owner) ?? 0;
  return {
    compare: ({ job: left }: Candidate, { job: right }: Candidate): number =>
      countOf(left.owner) - countOf(right.owner) ||
      usedBy(left.owner) - usedBy(right.owner) ||
      left.id - right.id,
    give: ({ job }: Candidate): void => {
      given.set(job.owner, countOf(job.owner) + 1);
    },
  };
};

/**
 * First compatible printer that is ready, for each job in its turn: higher priority first, which grows with the
 * time a job waits; then as `createTurnOrder` says. Pure: the caller commits.
 * @param candidates ascending by job id
 */
export const decide = (
  candidates: readonly Candidate[],
  seats: readonly Seat[],
  conditions: Conditions,
): readonly Assignment[] => {
  const free = seats.filter(seat => seat.notReady === '');
  if (free.length === 0 || conditions.starts <= 0) return [];
  const seatFor = createFinder(free, conditions.suitability);
  const order = createTurnOrder(conditions);
  const assignments: Assignment[] = [];
  const present = candidates.filter(({ job }) => mayDispatch(job, conditions.autoSchedule));
  for (const level of turnsOf(present, conditions)) {
    // Who has no printer now will have none later in this pass: the head of each queue is always suited.
    for (const owner of level.keys()) dropUnsuited(level, owner, seatFor);
    while (free.length > 0 && level.size > 0 && assignments.length < conditions.starts) {
      const [candidate] = [...level.values()].flatMap(queue => queue.slice(0, 1)).sort(order.compare);
      const seat = candidate && seatFor(candidate);
      if (candidate === undefined || seat === undefined) break;
      assignments.push({ jobId: candidate.job.id, printer: seat.printer.name });
      order.give(candidate);
      free.splice(free.indexOf(seat), 1);
      level.get(candidate.job.owner)?.shift();
      for (const other of level.keys()) dropUnsuited(level, other, seatFor);
    }
  }
  return assignments;
};

const dropUnsuited = (
  level: Turns,
  owner: string,
  seatFor: (candidate: Candidate) => Seat | undefined,
): void => {
  const queue = level.get(owner) ?? [];
  const first = queue.findIndex(candidate => seatFor(candidate) !== undefined);
  if (first === -1) level.delete(owner);
  else queue.splice(0, first);
};

const namesPrinter = (wanted: string): boolean => wanted !== '' && !wanted.startsWith('group:');

/** Whether a job is dispatched without a person's doing; held jobs are not. */
export const mayDispatch = (job: Job, autoSchedule: boolean): boolean =>
  !job.held && (autoSchedule || namesPrinter(job.wantedPrinter));
