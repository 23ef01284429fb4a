import type { Bed } from '../../../src/domain/bed.ts';
import type { Job } from '../../../src/domain/job.ts';
import { mayBecome, onPrinterStatuses, startedStatuses } from '../../../src/domain/job-status.ts';

/** What is wrong with a job's history; '' when it tells one story that ends where the job stands. */
export const historyFault = ({ id, status, history, createTime }: Job): string => {
  if (history.at(-1)?.status !== status) return `job ${id} is ${status}, its history ends otherwise`;
  if (history[0]?.time !== createTime) return `job ${id} was not made when its history begins`;
  for (const [index, entry] of history.entries()) {
    const before = history[index - 1];
    if (before === undefined) continue;
    if (before.time > entry.time) return `the history of job ${id} goes back in time at ${index}`;
    if (before.status !== entry.status && !mayBecome(before.status, entry.status)) {
      return `job ${id} went from ${before.status} to ${entry.status}`;
    }
  }
  return '';
};

/** What is wrong with a bed and the jobs of its printer; '' when they fit. */
export const bedFault = (bed: Bed, jobs: readonly Job[]): string => {
  const here = jobs.filter(job => job.printer === bed.printer);
  const started = here.filter(job => startedStatuses.includes(job.status));
  const held = here.filter(job => onPrinterStatuses.includes(job.status) && job.status !== 'unknown');
  const where = `the bed of ${bed.printer} (${bed.state}, job ${bed.jobId})`;
  if (held.length > 1) return `${held.map(job => job.id)} are all on ${bed.printer}`;
  const [active] = started;
  if (active !== undefined && (bed.state !== 'inUse' || bed.jobId !== active.id)) {
    return `${where} does not fit job ${active.id}, ${active.status}`;
  }
  if (bed.state === 'inUse' && active?.id !== bed.jobId) return `${where} is in use by no job that prints`;
  if (bed.state === 'clear' && (bed.jobId !== 0 || bed.content !== 'none')) return `${where} is not empty`;
  if (bed.state === 'beingCleared' && bed.pickupId === 0) return `${where} is cleared by no pick-up`;
  return '';
};
