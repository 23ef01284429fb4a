import { note, PRINTER_ACTOR } from '../../domain/job.ts';
import { asciiText } from '../../domain/text.ts';
import { type FollowContext, jobOn, timeOf } from './context.ts';

/** The requested pause or resume is over without having been reached. */
export const dropRequest = (context: FollowContext, jobId: number, reason: string): Promise<void> =>
  context.commit({ actor: PRINTER_ACTOR, reason }, async tx => {
    const job = await jobOn(context, tx, jobId);
    if (job === undefined || job.requested === null) return;
    const text = asciiText(`The ${job.requested.action} came to nothing: ${reason}`);
    const step = { time: timeOf(context), actor: PRINTER_ACTOR, reason: text };
    tx.put('jobs', note({ ...job, requested: null }, step));
  });
