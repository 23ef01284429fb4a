import { useBed } from '../../domain/bed.ts';
import { advance, type Job, PRINTER_ACTOR, type Step } from '../../domain/job.ts';
import { unsettledStatuses } from '../../domain/job-status.ts';
import type { PrinterJob } from '../../domain/printer.ts';
import { bedOf, type FollowContext, jobOn, timeOf } from './context.ts';

/** The job's own file is active: adopts the printer's identity of it and stores the status that it shows. */
export const recordPrint = (
  context: FollowContext,
  jobId: number,
  to: 'printing' | 'paused' | 'cancelIssued',
  seen: PrinterJob | null,
): Promise<void> =>
  context.commit({ actor: PRINTER_ACTOR }, async tx => {
    const job = await jobOn(context, tx, jobId);
    if (job === undefined || !unsettledStatuses.includes(job.status)) return;
    const time = timeOf(context);
    const adopted = {
      native: seen?.native ?? job.native,
      startTime: job.startTime ?? time,
      endTime: null,
      // Of a print that is being cancelled it may have dropped.
      progress:
        to === 'cancelIssued'
          ? Math.max(seen?.progress ?? 0, job.progress)
          : (seen?.progress ?? job.progress),
      unreachableSince: null,
    };
    // A cancel that came meanwhile stays.
    const stays = job.status === 'cancelIssued' || job.status === to;
    const requested = isReached(job, to) ? null : job.requested;
    if (stays) tx.put('jobs', { ...job, ...adopted });
    else tx.put('jobs', advance(job, to, stepOf(job, to, time), { ...adopted, requested }));
    const bed = await bedOf(context, tx);
    if (bed.state !== 'inUse' || bed.jobId !== jobId) tx.put('beds', useBed(bed, jobId, time));
  });

const isReached = ({ requested }: Job, to: string): boolean =>
  requested !== null && to === (requested.action === 'pause' ? 'paused' : 'printing');

const stepOf = (job: Job, to: string, time: string): Step => {
  if (job.requested !== null && isReached(job, to)) return { time, actor: job.requested.actor };
  const step = { time, actor: PRINTER_ACTOR };
  if (job.status === 'unknown') return { ...step, reason: 'It is active on the printer again.' };
  if (to === 'paused') return { ...step, reason: 'Paused at the printer, not by this server.' };
  return job.status === 'paused' ? { ...step, reason: 'Resumed at the printer, not by this server.' } : step;
};
