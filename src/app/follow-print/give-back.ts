import { SERVER_ACTOR, unschedule } from '../../domain/job.ts';
import { asciiText } from '../../domain/text.ts';
import { type FollowContext, jobOn, timeOf } from './context.ts';

/** A job that is only scheduled waits for a printer again. */
export const giveBack = (context: FollowContext, jobId: number, reason: string): Promise<void> =>
  context.commit({ actor: SERVER_ACTOR, reason }, async tx => {
    const job = await jobOn(context, tx, jobId);
    if (job?.status !== 'scheduled') return;
    tx.put(
      'jobs',
      unschedule(job, { time: timeOf(context), actor: SERVER_ACTOR, reason: asciiText(reason) }),
    );
  });
