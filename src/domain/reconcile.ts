/**
 * What a printer worker does next: the stored job and what the printer shows are compared, and the difference
 * decides. Pure; the worker performs the decision and comes again.
 */
import type { Job } from './job.ts';
import { startedStatuses } from './job-status.ts';
import {
  isActive,
  isOnline,
  isResting,
  type Printer,
  type PrinterSnapshot,
  type PrinterState,
} from './printer.ts';
import { stateSentence } from './printer-state.ts';

/** What became of an attempt, by evidence of the printer alone. */
export interface AttemptOutcome {
  /** neverStarted: proven, and no late start can follow; unknown: the evidence does not decide. */
  readonly kind: 'finished' | 'cancelled' | 'failed' | 'neverStarted' | 'unknown';
  /** The evidence in plain words. */
  readonly reason: string;
  /** When it ended by the printer's own record and clock, if it keeps one; ISO 8601, UTC. */
  readonly endTime?: string | undefined;
  /** Of a cancelled one: it was to be cancelled and no longer runs, and the printer does not say why. */
  readonly isUnconfirmed?: boolean;
}

export interface Situation {
  /** The job that holds the printer (scheduled to unknown). */
  readonly job: Job | undefined;
  readonly maintenance: Printer['maintenance'];
  /** Of a printer that answered: not a blind one. */
  readonly snapshot: PrinterSnapshot;
  /** Evidence, once it was asked for. */
  readonly outcome?: AttemptOutcome | undefined;
  /** ms since a stored moment */
  readonly ageOf: (time: string) => number;
}

export type Decision =
  | { readonly step: 'nothing' }
  /** Upload, store the intent, start. */
  | { readonly step: 'begin' }
  /** The job waits for a printer again. */
  | { readonly step: 'giveBack'; readonly reason: string }
  /** Store that the job's own file is active. */
  | { readonly step: 'record'; readonly to: 'printing' | 'paused' | 'cancelIssued' }
  | { readonly step: 'command'; readonly command: 'pause' | 'resume' | 'cancel' }
  /** The requested pause or resume is over: refused, or the printer did not follow. */
  | { readonly step: 'dropRequest'; readonly reason: string }
  /** Ask the printer what became of the job, then decide again. */
  | { readonly step: 'ask' }
  | { readonly step: 'end'; readonly outcome: AttemptOutcome }
  /** A print that nobody here started. */
  | { readonly step: 'adopt'; readonly status: 'printing' | 'paused' };

/** How long after the intent a printer may take to show the print: until then no evidence is no outcome. In ms. */
export const START_GRACE = 60_000;
/** How long a printer may ignore a pause or resume that it took. In ms. */
const REQUEST_PATIENCE = 120_000;
/** How long a wish may be under way at all: in between a printer may stay in a state that is neither. In ms. */
const LONGEST_REQUEST = 5 * 60_000;
/** How long a command may take to show. In ms. */
const SETTLE_TIME = 10_000;

const nothing: Decision = { step: 'nothing' };

/** Nobody can tell what the printer is doing. */
export const isBlind = (state: PrinterState): boolean => !isOnline(state) || state === 'unknown';

const activeFile = (snapshot: PrinterSnapshot): string | undefined =>
  isActive(snapshot.state) ? snapshot.job?.file : undefined;

/** Whether the job's own file is the one that prints. */
export const isJobActive = (job: Job, snapshot: PrinterSnapshot): boolean =>
  job.remoteName !== '' && job.status !== 'scheduled' && activeFile(snapshot) === job.remoteName;

/**
 * Of the jobs that hold a printer the one to follow: an unknown one may lie under a later print.
 * @param jobs ascending by id
 * @param snapshot for the printer's worker; without it, the one that everybody is told is on the printer
 */
export const jobToFollow = (jobs: readonly Job[], snapshot?: PrinterSnapshot): Job | undefined =>
  jobs.find(job => snapshot !== undefined && isJobActive(job, snapshot)) ??
  jobs.findLast(job => job.status !== 'unknown') ??
  jobs.at(-1);

/** When the start intent was stored; notes that were made while starting don't count. */
export const intentTimeOf = (job: Job): string => {
  const intent = job.history.findLastIndex(
    (entry, index) => entry.status === 'starting' && job.history[index - 1]?.status !== 'starting',
  );
  return job.history[intent]?.time ?? job.startTime ?? job.createTime;
};

export const reconcile = (situation: Situation): Decision => {
  const { job, snapshot } = situation;
  if (job === undefined) return adoptIfActive(snapshot);
  if (job.status === 'scheduled') return whileScheduled(job, situation);
  if (isJobActive(job, snapshot)) return follow(job, situation);
  const other = adoptIfActive(snapshot);
  if (job.status === 'unknown') return other.step === 'adopt' ? other : whileUnknown(situation);
  // Active, but the printer does not say with which file: it may be ours.
  if (isActive(snapshot.state) && snapshot.job === null) return nothing;
  return concluded(job, situation);
};

const adoptIfActive = (snapshot: PrinterSnapshot): Decision =>
  activeFile(snapshot) === undefined
    ? nothing
    : { step: 'adopt', status: snapshot.state === 'paused' ? 'paused' : 'printing' };

const whileScheduled = (job: Job, { snapshot, maintenance }: Situation): Decision => {
  const other = adoptIfActive(snapshot);
  if (other.step === 'adopt') return other;
  if (maintenance.on) return { step: 'giveBack', reason: 'The printer is in maintenance.' };
  if (job.held) return { step: 'giveBack', reason: 'The job is held.' };
  if (isResting(snapshot.state)) return { step: 'begin' };
  return { step: 'giveBack', reason: stateSentence(snapshot.state, snapshot.message) };
};

const follow = (job: Job, { snapshot, ageOf }: Situation): Decision => {
  if (job.status === 'unknown') {
    return { step: 'record', to: job.cancelAccepted ? 'cancelIssued' : shown(snapshot.state, 'printing') };
  }
  if (job.status === 'cancelIssued') {
    // A cancel came between the intent and the first sight of the print.
    if (job.startTime === null) return { step: 'record', to: 'cancelIssued' };
    const underWay = snapshot.state === 'cancelling' || snapshot.state === 'finishing';
    return underWay ? nothing : { step: 'command', command: 'cancel' };
  }
  const status = job.status === 'paused' ? 'paused' : 'printing';
  const to = shown(snapshot.state, status);
  if (to !== job.status) return { step: 'record', to };
  return job.requested === null
    ? nothing
    : request(job.requested, to, snapshot.state, ageOf(job.requested.time));
};

/** In between, a job keeps the status it had. */
const shown = (state: PrinterState, before: 'printing' | 'paused'): 'printing' | 'paused' => {
  if (state === 'paused') return 'paused';
  return state === 'printing' || state === 'finishing' ? 'printing' : before;
};

const request = (
  requested: NonNullable<Job['requested']>,
  status: 'printing' | 'paused',
  state: PrinterState,
  age: number,
): Decision => {
  const { action } = requested;
  // It may supersede the opposite that is still under way, so it is not over at once.
  if (action === 'pause' ? status === 'paused' : status === 'printing') {
    const isSettled = state === status && age >= SETTLE_TIME;
    if (!isSettled && age <= LONGEST_REQUEST) return nothing;
    return { step: 'dropRequest', reason: `It is ${status} already.` };
  }
  const goesOn = state === (action === 'pause' ? 'printing' : 'paused');
  const patience = goesOn ? REQUEST_PATIENCE : LONGEST_REQUEST;
  if (age > patience) {
    return { step: 'dropRequest', reason: `The printer did not ${action} within ${patience / 1000} s.` };
  }
  if (!goesOn) return nothing;
  return { step: 'command', command: action };
};

const whileUnknown = ({ outcome, snapshot }: Situation): Decision => {
  if (isActive(snapshot.state)) return nothing;
  if (outcome === undefined) return { step: 'ask' };
  return outcome.kind === 'unknown' ? nothing : { step: 'end', outcome };
};

const concluded = (job: Job, { outcome, snapshot, ageOf }: Situation): Decision => {
  if (outcome === undefined) return { step: 'ask' };
  const seen = job.startTime !== null;
  const known = seen && outcome.kind === 'neverStarted' ? { ...outcome, kind: 'unknown' as const } : outcome;
  if (known.kind === 'unknown') {
    const waits = !seen && ageOf(intentTimeOf(job)) < START_GRACE;
    if (waits && activeFile(snapshot) === undefined) return nothing;
  }
  return { step: 'end', outcome: withCancelIntent(job, known) };
};

/** Our own cancel, accepted before it ended without success, says what a printer often cannot tell apart. */
const withCancelIntent = (job: Job, outcome: AttemptOutcome): AttemptOutcome => {
  if (job.status !== 'cancelIssued') return outcome;
  if (outcome.kind !== 'failed' && outcome.kind !== 'unknown') return outcome;
  return { ...outcome, kind: 'cancelled', isUnconfirmed: true };
};

export interface Loss {
  readonly job: Job;
  /** ms since a stored moment */
  readonly ageOf: (time: string) => number;
  /** PRINTER_LOST_AFTER in ms. */
  readonly lostAfter: number;
}

/** What a printer that cannot be read means for a job on it: unreachable is no outcome. */
export const reconcileLoss = ({ job, ageOf, lostAfter }: Loss): 'giveBack' | 'mark' | 'lose' | 'nothing' => {
  if (job.status === 'scheduled') return 'giveBack';
  if (!startedStatuses.includes(job.status)) return 'nothing';
  if (job.unreachableSince === null) return 'mark';
  return ageOf(job.unreachableSince) >= lostAfter ? 'lose' : 'nothing';
};
