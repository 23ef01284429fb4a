import { type Bed, type BedContent, occupyBed, settleBed, unuseBed } from '../../domain/bed.ts';
import {
  advance,
  cancelOf,
  type Job,
  PRINTER_ACTOR,
  SERVER_ACTOR,
  type Step,
  unschedule,
} from '../../domain/job.ts';
import { type JobStatus, unsettledStatuses } from '../../domain/job-status.ts';
import { type AttemptOutcome, intentTimeOf } from '../../domain/reconcile.ts';
import { asciiText } from '../../domain/text.ts';
import { bedOf, type FollowContext, jobOn, timeOf } from './context.ts';

/** Starts that came to nothing before the job is given up. */
export const MAX_STARTS = 5;

export interface Ending {
  readonly outcome: AttemptOutcome;
  /** The furthest that it was seen at, in %; null when it was not. */
  readonly progress: number | null;
  /** When it was last seen to run; absent or null when this process has not seen it. */
  readonly lastSeen?: string | null;
  /** Nothing was started, and that was certainly no fault of the job: it counts for none of its starts. */
  readonly blameless?: boolean;
}

/** Stores what became of a print, and what lies on the bed now. */
export const endPrint = (context: FollowContext, jobId: number, ending: Ending): Promise<void> =>
  context.commit({ actor: PRINTER_ACTOR, reason: ending.outcome.reason }, async tx => {
    const job = await jobOn(context, tx, jobId);
    if (job === undefined || !unsettledStatuses.includes(job.status)) return;
    const bed = await bedOf(context, tx);
    const time = timeOf(context);
    const to = statusAfter(job, ending, bed);
    if (to === job.status) return;
    const byPrinter = ending.blameless ? SERVER_ACTOR : PRINTER_ACTOR;
    const actor = (to === 'cancelled' ? cancelOf(job)?.actor : undefined) ?? byPrinter;
    const end = endOf(job, ending, time);
    const step = { time, actor, reason: asciiText(reasonOf(job, to, ending, end)) };
    const done = ended(job, to, step, ending, end);
    // A robot took the plate before anybody knew what lay on it.
    const inRobotsHands = to === 'printed' && bed.jobId === job.id && bed.state === 'beingCleared';
    tx.put('jobs', inRobotsHands ? advance(done, 'pickupIssued', step) : done);
    const left = bedAfter(bed, job, ending.outcome.kind, time);
    if (left !== bed) tx.put('beds', left);
  });

const statusAfter = (job: Job, { outcome: { kind }, blameless }: Ending, bed: Bed): JobStatus => {
  if (kind === 'unknown') return 'unknown';
  if (kind === 'cancelled' || kind === 'failed') return kind;
  if (kind === 'finished') {
    // Settled after its plate was taken away.
    const gone = job.status === 'unknown' && job.fromServer && bed.jobId !== job.id;
    return gone ? 'picked' : 'printed';
  }
  if (job.status === 'cancelIssued' || job.cancelAccepted) return 'cancelled';
  const mayTryAgain = job.status === 'starting' && (blameless || startsOf(job) < MAX_STARTS);
  return mayTryAgain ? 'approved' : 'failed';
};

/** With this one: of those before, each was given back on the printer's evidence. */
const startsOf = (job: Job): number =>
  1 + job.history.filter(({ status, actor }) => status === 'approved' && actor === PRINTER_ACTOR).length;

/** What a printer tells of a print that it cancels may drop to 0: what was stored of it before counts as well. */
const furthest = (job: Job, progress: number | null): number => Math.max(progress ?? 0, job.progress);

/** A print whose end by the printer's record is so long ago has ended while nobody looked. In ms. */
const LEARNED_LATE = 60_000;

interface End {
  readonly time: string;
  readonly learnedLate: boolean;
}

/** Now, unless the printer's record names an earlier time that can be: after the print was last seen to run. */
const endOf = (job: Job, { outcome, lastSeen }: Ending, now: string): End => {
  const { endTime: told } = outcome;
  if (told === undefined) return { time: now, learnedLate: false };
  const earliest = Date.parse(lastSeen ?? job.startTime ?? intentTimeOf(job));
  const at = Date.parse(told);
  const learnedLate = at >= earliest && at <= Date.parse(now) - LEARNED_LATE;
  return { time: learnedLate ? told : now, learnedLate };
};

const ended = (
  { untold: _, ...job }: Job,
  to: JobStatus,
  step: Step,
  { outcome, progress }: Ending,
  end: End,
): Job => {
  if (to === 'approved') return unschedule(job, step);
  const seen = outcome.kind === 'finished' ? 100 : furthest(job, progress);
  const startTime = outcome.kind === 'neverStarted' ? null : job.startTime;
  const changes = {
    requested: null,
    unreachableSince: null,
    progress: seen,
    startTime,
    endTime: to === 'unknown' ? null : end.time,
  };
  return advance(job, to, step, changes);
};

const contents: Readonly<Record<Exclude<AttemptOutcome['kind'], 'neverStarted'>, BedContent>> = {
  finished: 'good',
  cancelled: 'scrap',
  failed: 'scrap',
  unknown: 'unknown',
};

/** The bed may be another print's by now: then it stays as it is. */
const bedAfter = (bed: Bed, job: Job, kind: AttemptOutcome['kind'], time: string): Bed => {
  if (bed.jobId !== job.id) return bed;
  if (kind === 'neverStarted') return unuseBed(bed, time);
  const content = kind === 'finished' && !job.fromServer ? 'unknown' : contents[kind];
  return bed.state === 'inUse' ? occupyBed(bed, content, time) : settleBed(bed, content);
};

const reasonOf = (
  job: Job,
  to: JobStatus,
  { outcome, progress, lastSeen }: Ending,
  { time, learnedLate }: End,
): string => {
  const isGivenUp = outcome.kind === 'neverStarted' && to === 'failed' && job.status === 'starting';
  if (isGivenUp) return `Given up after ${MAX_STARTS} starts. ${outcome.reason}`;
  const because = to === 'cancelled' ? cancelReason(job, outcome) : outcome.reason;
  if (to === 'unknown' || outcome.kind === 'neverStarted') return because;
  const later = learnedLate ? ` Learned later: it ended at ${toSecond(time)} by the printer's record.` : '';
  if (to !== 'failed' && to !== 'cancelled') return `${because}${later}`;
  // The clock may have been set back since.
  const taken = Math.max(0, Date.parse(time) - Date.parse(job.startTime ?? time));
  const wasSeen = progress !== null && Date.parse(time) - Date.parse(lastSeen ?? time) <= LEARNED_LATE;
  const percentage = percentageOf(furthest(job, progress), wasSeen);
  // It may have ended at any time since it was last seen.
  const atMost = wasSeen || learnedLate ? '' : 'at most ';
  return `${because} (${percentage} after ${atMost}${spanOf(taken)})${later}`;
};

/** @param wasSeen until its end: else it may have got further */
const percentageOf = (progress: number, wasSeen: boolean): string => {
  const percentage = Math.round(progress);
  if (wasSeen) return `at ${percentage} %`;
  return percentage === 0 ? 'percentage not known' : `at least ${Math.floor(progress)} %`;
};

/** In characters: what the printer says comes after it. */
const MAX_WHY = 80;

/** A cancel of this server's is told apart from a stop at the printer's own screen, which looks the same there. */
const cancelReason = (job: Job, { kind, reason, isUnconfirmed }: AttemptOutcome): string => {
  const cancel = cancelOf(job);
  if (cancel === undefined) {
    return job.fromServer && kind === 'cancelled'
      ? `Stopped at the printer, not by this server: ${reason.replace(/\.$/, '')}`
      : reason;
  }
  const why = asciiText(cancel.reason, MAX_WHY).replace(/[.\s]+$/, '');
  const asked = `Cancelled by ${callerOf(job, cancel.actor)}${why === '' ? '' : `: ${why}`}`;
  if (isUnconfirmed) return `${asked}; it no longer runs: ${reason}`;
  return kind === 'neverStarted' ? `${asked}; it was never started.` : `${asked}; the printer confirms`;
};

/** By no name: names live in the accounts alone. */
const callerOf = ({ owner, submitter }: Job, actor: string): string => {
  if (actor === owner) return 'its owner';
  return actor === submitter ? 'its submitter' : 'another account';
};

/** ISO 8601 without milliseconds, which nobody wants to read. */
const toSecond = (time: string): string => time.replace(/\.\d+Z$/, 'Z');

/** A length of time in ms, for people. */
const spanOf = (span: number): string => {
  if (span < 60_000) return `${Math.round(span / 1000)} s`;
  const minutes = Math.round(span / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};
