import { type Job, jobIdOfFile } from './job.ts';
import { followedStatuses } from './job-status.ts';
import { isActive, type PrinterJob, type PrinterSnapshot } from './printer.ts';

/**
 * The print that is under way on a printer, with its progress and times; null when nothing prints, although a printer
 * may go on showing the file of its latest print. Whoever tells of a printer tells this, so that all tell the same.
 * @param job the one that is on the printer, scheduled to unknown
 */
export const shownPrint = (
  snapshot: PrinterSnapshot | undefined,
  job: Pick<Job, 'remoteName' | 'status'> | undefined,
): PrinterJob | null => {
  const loaded = snapshot?.job ?? null;
  if (snapshot === undefined || loaded === null) return null;
  const isOfJob =
    job !== undefined && followedStatuses.includes(job.status) && job.remoteName === loaded.file;
  return isActive(snapshot.state) || isOfJob ? loaded : null;
};

/** What people call the file on a printer, '' for none; the names that this server gives its uploads are for no eyes. */
export const shownFile = (print: PrinterJob | null, job: Pick<Job, 'fileName'> | undefined): string => {
  if (job !== undefined) return job.fileName;
  return print === null || jobIdOfFile(print.file) !== undefined ? '' : print.file;
};
