import { advance, SERVER_ACTOR } from '../../domain/job.ts';
import { asciiText } from '../../domain/text.ts';
import { type FollowContext, jobOn, timeOf } from './context.ts';

/** The job can never be printed: its file is lost, or the printer refuses it for good. */
export const failScheduled = (context: FollowContext, jobId: number, reason: string): Promise<void> =>
  context.commit({ actor: SERVER_ACTOR, reason }, async tx => {
    const job = await jobOn(context, tx, jobId);
    if (job?.status !== 'scheduled') return;
    const time = timeOf(context);
    const step = { time, actor: SERVER_ACTOR, reason: asciiText(reason) };
    tx.put('jobs', advance(job, 'failed', step, { endTime: time }));
  });
