import type { Job } from '../domain/job.ts';
import type { PrinterSnapshot } from '../domain/printer.ts';
import { isJobActive } from '../domain/reconcile.ts';

/** In %; null unless the printer was last seen printing that job. */
export const lastProgressOf = (job: Job, last: PrinterSnapshot | undefined): number | null =>
  last !== undefined && isJobActive(job, last) ? (last.job?.progress ?? null) : null;
