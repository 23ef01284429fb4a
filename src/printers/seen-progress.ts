import type { Job } from '../domain/job.ts';
import type { PrinterSnapshot } from '../domain/printer.ts';
import { isJobActive } from '../domain/reconcile.ts';

/** How far the print under way was seen to get: a printer that cancels may tell of 0 %, or of nothing. */
export interface SeenProgress {
  /** @returns what is to be told of the reading: while a print is cancelled its progress does not drop */
  note(job: Job | undefined, snapshot: PrinterSnapshot): PrinterSnapshot;
  /** In %; null when this process has not seen that print. */
  of(job: Job): number | null;
  /** When that print was last seen to run; null when this process has not seen it. ISO 8601, UTC. */
  seenAt(job: Job): string | null;
}

export const createSeenProgress = (): SeenProgress => {
  let print = '';
  let furthest = 0;
  let latest = { print: '', time: '' };

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
    of: job => (keyOf(job) === print ? furthest : null),
    seenAt: job => (keyOf(job) === latest.print ? latest.time : null),
  };
};

/** Each attempt of a job is a print of its own. */
const keyOf = ({ id, remoteName }: Job): string => `${id} ${remoteName}`;
