import type { Job } from '../../domain/job.ts';
import { isFinished, openStatuses } from '../../domain/job-status.ts';

/** Which jobs deserve an object: open ones, then those not yet final, then the rest; the newest of each first. */
export interface JobRanking {
  put(job: Job): void;
  /** Of a row that may be older than what is known. */
  putIfNew(job: Job): void;
  delete(id: number): void;
  /** Of at most `limit` ids. */
  best(limit: number): ReadonlySet<number>;
}

/** @param keptFinal how many final jobs are remembered; those not final are all known, being bounded themselves */
export const createJobRanking = (keptFinal: number): JobRanking => {
  const open = new Set<number>();
  const unfinished = new Set<number>();
  const final = new Set<number>();
  const classes = [open, unfinished, final];

  const classOf = (job: Job): Set<number> => {
    if (openStatuses.includes(job.status)) return open;
    return isFinished(job) ? final : unfinished;
  };

  const newestFirst = (ids: ReadonlySet<number>): Float64Array => Float64Array.from(ids).sort().reverse();

  const forgetOldest = (): void => {
    if (final.size <= keptFinal * 2) return;
    for (const id of newestFirst(final).subarray(keptFinal)) final.delete(id);
  };

  const put = (job: Job): void => {
    const own = classOf(job);
    for (const one of classes) if (one !== own) one.delete(job.id);
    own.add(job.id);
    forgetOldest();
  };

  return {
    put,
    putIfNew(job) {
      if (!classes.some(one => one.has(job.id))) put(job);
    },
    delete(id) {
      for (const one of classes) one.delete(id);
    },
    best(limit) {
      const chosen = new Set<number>();
      for (const ids of classes) {
        if (chosen.size >= limit) break;
        for (const id of newestFirst(ids).subarray(0, limit - chosen.size)) chosen.add(id);
      }
      return chosen;
    },
  };
};
