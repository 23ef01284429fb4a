import type { Job } from '../domain/job.ts';
import type { PrinterSnapshot } from '../domain/printer.ts';
import { isJobActive } from '../domain/reconcile.ts';

/** How far the print under way was seen to get: a printer that cancels may tell of 0 %, or of nothing. */
export interface SeenProgress {
  /** @returns what is to be told of the reading: while a print is cancelled its progress does not drop */
  note(job: Job | undefined, snapshot: PrinterSnapshot): PrinterSnapshot;
  /** In %; null when this process has not seen that print. */
  of(job: Job): number | null;
  /**
   * What is worth storing of a print that goes on, so that little is lost with this process: at each 5 %, at most once
   * a minute, and at the latest after 5 minutes. In %; null for nothing.
   */
  toStore(job: Job, now: Date): number | null;
  /** When that print was last seen to run; null when this process has not seen it. ISO 8601, UTC. */
  seenAt(job: Job): string | null;
}

/** In %. */
const STEP = 5;
/** In ms. */
const SHORTEST = 60_000;
const LONGEST = 5 * 60_000;

export const createSeenProgress = (): SeenProgress => {
  let print = '';
  let furthest = 0;
  let latest = { print: '', time: '' };
  let stored = { print: '', time: 0 };

  return {
    note(job, snapshot) {
      if (job === undefined || snapshot.job === null || !isJobActive(job, snapshot)) return snapshot;
      const { progress } = snapshot.job;
      const key = keyOf(job);
      latest = { print: key, time: snapshot.time };
      if (progress !== null) furthest = print === key ? Math.max(furthest, progress) : progress;
      else if (print !== key) return snapshot;
      print = key;
      const isCancelled = job.status === 'cancelIssued' || snapshot.state === 'cancelling';
      return isCancelled ? { ...snapshot, job: { ...snapshot.job, progress: furthest } } : snapshot;
    },
    toStore(job, now) {
      const key = keyOf(job);
      if (key !== print || latest.print !== key) return null;
      const time = now.getTime();
      if (stored.print !== key) stored = { print: key, time };
      const age = time - stored.time;
      const gained = furthest - job.progress;
      const isDue = gained >= STEP ? age >= SHORTEST : gained > 0 && age >= LONGEST;
      if (!isDue) return null;
      stored = { print: key, time };
      return furthest;
    },
    of: job => (keyOf(job) === print ? furthest : null),
    seenAt: job => (keyOf(job) === latest.print ? latest.time : null),
  };
};

/** Each attempt of a job is a print of its own. */
const keyOf = ({ id, remoteName }: Job): string => `${id} ${remoteName}`;
