import { type JobStatus, mayBecome, statusBitOf } from './job-status.ts';
import type { NativeIdentity } from './native-identity.ts';
import { Refusal } from './refusal.ts';

/** Who moved a job: an account's id, or one of the parts of the lab that act by themselves. */
export type HistoryActor = string;
export const SERVER_ACTOR = 'server';
export const PRINTER_ACTOR = 'printer';

export interface JobHistoryEntry {
  readonly status: JobStatus;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly actor: HistoryActor;
  /** Why, in plain words; empty when the status says it all. */
  readonly reason: string;
}

/** A pause or resume that was accepted and not yet reached, refused or superseded. */
export interface RequestedAction {
  readonly action: 'pause' | 'resume';
  readonly actor: HistoryActor;
  readonly time: string;
}

export interface LocalText {
  readonly locale: string;
  readonly text: string;
}

/** What an ISA-95 job order said beside what became fields of the job: shown again as it came. */
export interface JobOrder {
  /** File id or part name, as given. */
  readonly workMaster: string;
  readonly description: readonly LocalText[];
  readonly jobName: readonly LocalText[];
  readonly orderNumbers: readonly string[];
  readonly customers: readonly string[];
  readonly customerOrderNumbers: readonly string[];
  /** Proposals of whoever stored it; they decide nothing here. */
  readonly startTime: string | null;
  readonly endTime: string | null;
}

/** A print job, immutable: a transition makes a new row. Times are ISO 8601, UTC. */
export interface Job {
  readonly id: number;
  readonly status: JobStatus;
  /** Opaque account ids: names live in the accounts alone, so that a person can be erased. */
  readonly owner: string;
  readonly submitter: string;
  /** Id of the stored file; empty for jobs that were started at a printer. */
  readonly fileId: string;
  /** Name that people know the file by. */
  readonly fileName: string;
  /** '' for any printer, a printer's name, or `group:NAME`. */
  readonly wantedPrinter: string;
  /** Name of the printer that is reserved or that printed it; '' when none is. */
  readonly printer: string;
  /** A free reference of the submitter, or the OrderId of the order that it was made for. */
  readonly orderId: string;
  /** Number of the order that it was made for and counts for; absent for every other job, whatever its `orderId`. */
  readonly orderNumber?: number;
  /** The job that it was made to retry; absent: none. */
  readonly retryOf?: number;
  /** JobOrderID of ISA-95; `MES-<id>` for jobs of our own. */
  readonly jobOrderId: string;
  readonly priority: number;
  /** A held job is not dispatched (ISA-95 Store and RevokeStart). */
  readonly held: boolean;
  /** Absent for a job that came in another way. */
  readonly jobOrder?: JobOrder;
  /** Taken off the list of job orders (ISA-95 Cancel and Clear); absent: it is on it. */
  readonly offList?: boolean;
  /** False for a job that was started at the printer: followed, never controlled. */
  readonly fromServer: boolean;
  /** Counts the uploads under a name of their own: `mes-<id>-<attempt>`. */
  readonly attempt: number;
  /** Path of the attempt's file on the printer; '' until it is uploaded. */
  readonly remoteName: string;
  /** The printer's own identity of the running job, adopted after the start. */
  readonly native: NativeIdentity | null;
  /** What the printer told of its latest print just before the start intent: evidence of whether it was started. */
  readonly baseline?: NativeIdentity | null;
  readonly requested: RequestedAction | null;
  /** A cancel was accepted after the start; decides where a reappearing print goes. */
  readonly cancelAccepted: boolean;
  /** Its history tells that the printer waits for a person, and not yet that it no longer does; absent: it does not. */
  readonly attention?: boolean;
  /** Since when the printer has not been reached while this job is on it; null while it is. */
  readonly unreachableSince: string | null;
  /** The printer answers, and since then does not tell what became of the print, and why; absent: it tells. */
  readonly untold?: { readonly since: string; readonly reason: string };
  /** In %, as last recorded at a transition; live progress stands in the live values. */
  readonly progress: number;
  readonly storageLocation: string;
  readonly createTime: string;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly history: readonly JobHistoryEntry[];
}

export interface Step {
  readonly time: string;
  readonly actor: HistoryActor;
  readonly reason?: string;
}

/**
 * A job at its beginning, whose history has that one entry.
 * @param given what is known of it; its submitter is its owner unless said otherwise
 */
export const newJob = (
  id: number,
  status: JobStatus,
  { time, actor, reason = '' }: Step,
  given: Partial<Omit<Job, 'id' | 'status' | 'history' | 'createTime'>>,
): Job => ({
  id,
  status,
  owner: '',
  submitter: given.owner ?? '',
  fileId: '',
  fileName: '',
  wantedPrinter: '',
  printer: '',
  orderId: '',
  jobOrderId: `MES-${id}`,
  priority: 0,
  held: false,
  fromServer: true,
  attempt: 0,
  remoteName: '',
  native: null,
  requested: null,
  cancelAccepted: false,
  unreachableSince: null,
  progress: 0,
  storageLocation: '',
  startTime: null,
  endTime: null,
  ...given,
  createTime: time,
  history: [{ status, time, actor, reason }],
});

/** Entries that a job keeps: a print that pauses forever must not grow without bound. */
const MAX_HISTORY = 200;
/** The first entries tell how the job came to be, so the middle is dropped. */
const KEPT_FROM_START = 20;

const remember = (
  history: readonly JobHistoryEntry[],
  entry: JobHistoryEntry,
): readonly JobHistoryEntry[] => {
  if (history.length < MAX_HISTORY) return [...history, entry];
  return [...history.slice(0, KEPT_FROM_START), ...history.slice(KEPT_FROM_START + 1), entry];
};

/**
 * Moves a job along the transition table and records who did it and why.
 * @throws Refusal InvalidState when the table has no such transition
 */
export const advance = (
  job: Job,
  to: JobStatus,
  step: Step,
  changes: Partial<Omit<Job, 'id' | 'status' | 'history'>> = {},
): Job => {
  const isForeignEnd = !job.fromServer && job.status === 'printed';
  if (isForeignEnd || !mayBecome(job.status, to)) {
    throw new Refusal('InvalidState', `Job ${job.id} is ${job.status} and cannot become ${to}.`);
  }
  return {
    ...job,
    ...changes,
    status: to,
    history: remember(job.history, {
      status: to,
      time: step.time,
      actor: step.actor,
      reason: step.reason ?? '',
    }),
  };
};

/** Records something that happened to the job without moving it. */
export const note = (job: Job, step: Step): Job => ({
  ...job,
  history: remember(job.history, {
    status: job.status,
    time: step.time,
    actor: step.actor,
    reason: step.reason ?? '',
  }),
});

/** Reserves a printer; the attempt counts up, so that each upload has a name of its own. */
export const schedule = (job: Job, printer: string, step: Step): Job =>
  advance(job, 'scheduled', step, {
    printer,
    attempt: job.attempt + 1,
    remoteName: '',
    native: null,
    unreachableSince: null,
  });

/** Gives the printer back before the print has started: the job waits again, in its old place. */
export const unschedule = (job: Job, step: Step): Job =>
  advance(job, 'approved', step, {
    printer: '',
    remoteName: '',
    native: null,
    requested: null,
    unreachableSince: null,
    startTime: null,
  });

/** The earlier server's `status`: each status that the job has passed leaves its bit set. */
export const accumulatedStatus = (job: Job): number =>
  job.history.reduce((bits, entry) => bits | statusBitOf(entry.status), statusBitOf(job.status));

/** Name of the attempt's file on the printer, at most 60 ASCII characters. */
export const remoteFileName = (jobId: number, attempt: number, extension: string): string =>
  `mes-${jobId}-${attempt}.${extension}`;

/** The number in the name of an attempt's file; undefined for a name that is none. */
export const jobIdOfFile = (remoteName: string): number | undefined => {
  const [, id] = /^mes-([1-9]\d{0,9})-\d+\./.exec(remoteName) ?? [];
  return id === undefined ? undefined : Number(id);
};

/** Who asked for the cancel that was accepted, and why; undefined when nobody did, or it was refused since. */
export const cancelOf = (job: Job): JobHistoryEntry | undefined => {
  if (!job.cancelAccepted) return undefined;
  const byAnyone = ({ status, actor }: JobHistoryEntry): boolean =>
    status === 'cancelIssued' && actor !== PRINTER_ACTOR && actor !== SERVER_ACTOR;
  // What is noted of it while it is being cancelled stands there with the same status, and comes later.
  return job.history.findLast(byAnyone);
};

/** The reason that the latest history entry gives, '' when there is none. */
export const latestReason = (job: Job): string => job.history.at(-1)?.reason ?? '';
