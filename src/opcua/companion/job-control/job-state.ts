import { type Job, latestReason, PRINTER_ACTOR } from '../../../domain/job.ts';
import { type JobStatus, printOverStatuses } from '../../../domain/job-status.ts';

/** OPC 10031-4, 6.2.1: the states of a job order by their numbers. */
export const stateNames = {
  1: 'NotAllowedToStart',
  2: 'AllowedToStart',
  3: 'Running',
  4: 'Interrupted',
  5: 'Ended',
  6: 'Aborted',
} as const;
export type StateNumber = keyof typeof stateNames;

/** Substates with the substate machine that they belong to (OPC 10031-4, 6.2.3 to 6.2.5). */
const prepared = { Waiting: 1, Ready: 2, Loaded: 3 } as const;
const ended = { Completed: 1, Closed: 2 } as const;
const interrupted = { Held: 1, Suspended: 2 } as const;
const substateNumbers = { ...prepared, ...ended, ...interrupted } as const;
export type Substate = keyof typeof substateNumbers;

/** Browse name of the substate machine below the receiver's type, by the state that it refines. */
const substateMachines: Readonly<Partial<Record<StateNumber, string>>> = {
  1: 'NotAllowedToStartSubstates',
  2: 'AllowedToStartSubstates',
  4: 'InterruptedSubstates',
  5: 'EndedSubstates',
};

/** OPC 40001-3, 9.2. */
export const jobResults = { Unknown: 0, Successful: 1, Unsuccessful: 2 } as const;

export interface JobOrderState {
  readonly number: StateNumber;
  readonly substate?: Substate;
  readonly result: keyof typeof jobResults;
}

/** One entry of an ISA95StateDataType[]; the top level has no machine. */
export interface StateEntry {
  readonly number: number;
  readonly text: string;
  readonly machine?: string;
}

const simple: Readonly<
  Record<Exclude<JobStatus, 'approved' | 'paused' | 'cancelIssued' | 'failed'>, JobOrderState>
> = {
  created: { number: 1, substate: 'Waiting', result: 'Unknown' },
  scheduled: { number: 2, substate: 'Ready', result: 'Unknown' },
  starting: { number: 2, substate: 'Loaded', result: 'Unknown' },
  printing: { number: 3, result: 'Unknown' },
  printed: { number: 5, substate: 'Completed', result: 'Successful' },
  pickupIssued: { number: 5, substate: 'Completed', result: 'Successful' },
  picked: { number: 5, substate: 'Closed', result: 'Successful' },
  collected: { number: 5, substate: 'Closed', result: 'Successful' },
  discarded: { number: 5, substate: 'Closed', result: 'Successful' },
  cancelled: { number: 6, result: 'Unsuccessful' },
  rejected: { number: 6, result: 'Unsuccessful' },
  // Ended and Aborted have no exit, and a person may still resolve it.
  unknown: { number: 4, substate: 'Held', result: 'Unknown' },
};

const paused = ({ history }: Job): JobOrderState => {
  const since = history.findLast(
    ({ status }, index) => status === 'paused' && history[index - 1]?.status !== 'paused',
  );
  return {
    number: 4,
    substate: since === undefined || since.actor === PRINTER_ACTOR ? 'Held' : 'Suspended',
    result: 'Unknown',
  };
};

/** A bad part shows after its print has ended, and an ended job order stays ended. */
const failed = ({ history }: Job): JobOrderState =>
  history.some(({ status }) => status !== 'failed' && printOverStatuses.includes(status))
    ? { number: 5, substate: 'Closed', result: 'Unsuccessful' }
    : { number: 6, result: 'Unsuccessful' };

/** What it was when the cancel came: a cancel under way changes no state. */
const cancelling = (job: Job): JobOrderState => {
  const before = job.history.findLast(({ status }) => status !== 'cancelIssued');
  return before === undefined ? simple.printing : stateOf({ ...job, status: before.status });
};

/** The state of a job as a job order: the mapping of docs/opcua.md, *Job orders*. */
export const stateOf = (job: Job): JobOrderState => {
  switch (job.status) {
    case 'approved':
      return { number: job.held ? 1 : 2, substate: 'Waiting', result: 'Unknown' };
    case 'paused':
      return paused(job);
    case 'failed':
      return failed(job);
    case 'cancelIssued':
      return cancelling(job);
    default:
      return simple[job.status];
  }
};

/** The top level first. */
export const stateEntries = ({ number, substate }: JobOrderState): readonly StateEntry[] => {
  const top = { number, text: stateNames[number] };
  const machine = substateMachines[number];
  if (substate === undefined || machine === undefined) return [top];
  return [top, { number: substateNumbers[substate], text: substate, machine }];
};

/** Why it is in its state, '' when the state says it all. */
export const reasonOf = (job: Job): string =>
  job.status === 'cancelIssued' ? `A cancel is under way. ${latestReason(job)}`.trim() : latestReason(job);
