import { loseBed } from '../../domain/bed.ts';
import { advance, note, SERVER_ACTOR } from '../../domain/job.ts';
import { startedStatuses } from '../../domain/job-status.ts';
import { asciiText } from '../../domain/text.ts';
import { bedOf, type FollowContext, jobOn, timeOf } from './context.ts';

/**
 * Remembers, once, since when the printer of a started job has not been reached.
 * @param progress the last that was seen of it, in %: what is told of it meanwhile; null when nothing was
 */
export const markUnreachable = (
  context: FollowContext,
  jobId: number,
  since: string,
  reason: string,
  progress: number | null,
): Promise<void> =>
  context.commit({ actor: SERVER_ACTOR, reason }, async tx => {
    const job = await jobOn(context, tx, jobId);
    if (job === undefined || job.unreachableSince !== null || !startedStatuses.includes(job.status)) return;
    const step = { time: timeOf(context), actor: SERVER_ACTOR, reason: asciiText(reason) };
    tx.put('jobs', note({ ...job, unreachableSince: since, progress: progress ?? job.progress }, step));
  });

/** The printer is read again, or nobody wants to read it: the waiting time ends. */
export const markReached = (context: FollowContext, jobId: number): Promise<void> =>
  context.commit({ actor: SERVER_ACTOR }, async tx => {
    const job = await jobOn(context, tx, jobId);
    if (job === undefined || job.unreachableSince === null) return;
    tx.put('jobs', { ...job, unreachableSince: null });
  });

/** The last that was seen of a print, in %: what is told of it when nobody follows it any more, or this process ends. */
export const keepProgress = (context: FollowContext, jobId: number, progress: number): Promise<void> =>
  context.commit({ actor: SERVER_ACTOR }, async tx => {
    const job = await jobOn(context, tx, jobId);
    if (job === undefined || job.progress === progress || !startedStatuses.includes(job.status)) return;
    tx.put('jobs', { ...job, progress });
  });

/** The printer has been away for too long: nobody knows what became of the print. */
export const losePrint = (context: FollowContext, jobId: number, reason: string): Promise<void> =>
  context.commit({ actor: SERVER_ACTOR, reason }, async tx => {
    const job = await jobOn(context, tx, jobId);
    if (job === undefined || job.unreachableSince === null || !startedStatuses.includes(job.status)) return;
    const time = timeOf(context);
    const step = { time, actor: SERVER_ACTOR, reason: asciiText(reason) };
    const { untold: _, ...lost } = job;
    tx.put('jobs', advance(lost, 'unknown', step, { requested: null, unreachableSince: null }));
    const bed = await bedOf(context, tx);
    if (bed.state === 'inUse' && bed.jobId === jobId) tx.put('beds', loseBed(bed, time));
  });
