import type { Job } from '../../../domain/job.ts';
import { isFinished } from '../../../domain/job-status.ts';
import { type StateNumber, stateOf } from './job-state.ts';

/** What is on the lists of job orders: the lab's, and each printer's of the jobs that are assigned to it. */
export interface JobBook {
  put(job: Job): void;
  /** Of a row that may be older than what is known. */
  putIfNew(job: Job): void;
  delete(id: number): void;
  /** In the order of OPC 40001-3, 6.4: ended, running, may start, may not; `limit` at most. */
  ofLab(limit: number): readonly Job[];
  ofPrinter(printer: string, limit: number): readonly Job[];
  /** Counts up with each change of the lab's list, or of that printer's. */
  version(printer?: string): number;
  /** Oldest first; ends when whoever asks has enough. */
  inState(state: StateNumber, printer?: string): Iterable<Job>;
}

/** '' for a job that any printer may take. */
export const assignedTo = ({ printer, wantedPrinter }: Job): string =>
  printer || (wantedPrinter.startsWith('group:') ? '' : wantedPrinter);

/** Shares of a list that is too short for all: running ones first, then the newest ended ones up to a quarter. */
const ENDED_SHARE = 4;

const startOf = ({ startTime, createTime }: Job): string => startTime ?? createTime;
const byStart = (left: Job, right: Job): number => {
  const [one, other] = [startOf(left), startOf(right)];
  return one < other ? -1 : one > other ? 1 : left.id - right.id;
};

/** Priorities beyond it count as it: with an id it must fit a double. */
const MOST = 2 ** 20;

/** One number for each, since thousands are sorted: higher priority first, then the older. */
const firstByPriority = (jobs: ReadonlyMap<number, Job>, limit: number): readonly Job[] => {
  if (limit <= 0) return [];
  const keys = new Float64Array(jobs.size);
  let at = 0;
  for (const { id, priority } of jobs.values()) {
    keys[at] = -Math.max(-MOST, Math.min(MOST, priority)) * 2 ** 32 + id;
    at += 1;
  }
  const found: Job[] = [];
  for (const key of keys.sort().subarray(0, limit)) {
    const job = jobs.get(((key % 2 ** 32) + 2 ** 32) % 2 ** 32);
    if (job !== undefined) found.push(job);
  }
  return found;
};

const newest = (jobs: ReadonlyMap<number, Job>, limit: number): readonly Job[] =>
  [...Float64Array.from(jobs.keys()).sort().reverse().subarray(0, limit)].flatMap(id => jobs.get(id) ?? []);

class Shelf {
  version = 0;
  readonly byState = new Map<StateNumber, Map<number, Job>>();

  of(state: StateNumber): Map<number, Job> {
    let jobs = this.byState.get(state);
    if (jobs === undefined) {
      jobs = new Map();
      this.byState.set(state, jobs);
    }
    return jobs;
  }

  list(limit: number): readonly Job[] {
    const active = [...this.of(3).values(), ...this.of(4).values()].sort(byStart).slice(0, limit);
    let room = limit - active.length;
    const over = new Map([...this.of(5), ...this.of(6)]);
    const waitingCount = this.of(1).size + this.of(2).size;
    const endedRoom = Math.min(room, Math.max(Math.floor(limit / ENDED_SHARE), room - waitingCount));
    const ended = newest(over, endedRoom);
    room -= ended.length;
    const allowed = firstByPriority(this.of(2), room);
    const others = firstByPriority(this.of(1), room - allowed.length);
    return [...[...ended].sort(byStart), ...active, ...allowed, ...others];
  }
}

interface Place {
  readonly job: Job;
  readonly state: StateNumber;
  readonly printer: string;
}

/** @param keptFinal how many final jobs are remembered; those that are not final are bounded themselves */
export const createJobBook = (keptFinal: number): JobBook => {
  const places = new Map<number, Place>();
  const lab = new Shelf();
  const printers = new Map<string, Shelf>();
  const final = new Set<number>();

  const shelvesOf = (printer: string): readonly Shelf[] => {
    if (printer === '') return [lab];
    let shelf = printers.get(printer);
    if (shelf === undefined) {
      shelf = new Shelf();
      printers.set(printer, shelf);
    }
    return [lab, shelf];
  };

  const remove = (id: number): void => {
    final.delete(id);
    const place = places.get(id);
    if (place === undefined) return;
    places.delete(id);
    for (const shelf of shelvesOf(place.printer)) {
      shelf.of(place.state).delete(id);
      shelf.version += 1;
    }
  };

  const forgetOldest = (): void => {
    if (final.size <= keptFinal * 2) return;
    for (const id of Float64Array.from(final)
      .sort()
      .subarray(0, final.size - keptFinal))
      remove(id);
  };

  const put = (job: Job): void => {
    remove(job.id);
    if (job.offList) return;
    const place = { job, state: stateOf(job).number, printer: assignedTo(job) };
    places.set(job.id, place);
    for (const shelf of shelvesOf(place.printer)) {
      shelf.of(place.state).set(job.id, job);
      shelf.version += 1;
    }
    if (isFinished(job)) final.add(job.id);
    forgetOldest();
  };

  return {
    put,
    putIfNew(job) {
      if (!places.has(job.id)) put(job);
    },
    delete: remove,
    ofLab: limit => lab.list(limit),
    ofPrinter: (printer, limit) => printers.get(printer)?.list(limit) ?? [],
    version: printer => (printer === undefined ? lab.version : (printers.get(printer)?.version ?? 0)),
    inState: (state, printer) =>
      (printer === undefined ? lab : printers.get(printer))?.of(state).values() ?? [],
  };
};
