import { note, SERVER_ACTOR } from '../../domain/job.ts';
import { startedStatuses } from '../../domain/job-status.ts';
import { asciiText } from '../../domain/text.ts';
import { type FollowContext, jobOn, timeOf } from './context.ts';

/** Remembers, once, since when the printer answers and does not tell what became of its print, and why. */
export const markUntold = (
  context: FollowContext,
  jobId: number,
  since: string,
  reason: string,
): Promise<void> =>
  context.commit({ actor: SERVER_ACTOR, reason }, async tx => {
    const job = await jobOn(context, tx, jobId);
    if (job === undefined || job.untold !== undefined || !startedStatuses.includes(job.status)) return;
    const words = asciiText(reason);
    const step = { time: timeOf(context), actor: SERVER_ACTOR, reason: words };
    tx.put('jobs', note({ ...job, untold: { since, reason: words } }, step));
  });

/** It tells, or the print goes on, or nobody asks: the waiting time ends. */
export const markTold = (context: FollowContext, jobId: number): Promise<void> =>
  context.commit({ actor: SERVER_ACTOR }, async tx => {
    const job = await jobOn(context, tx, jobId);
    if (job?.untold === undefined) return;
    const { untold: _, ...told } = job;
    tx.put('jobs', told);
  });
