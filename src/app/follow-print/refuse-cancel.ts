import { advance, PRINTER_ACTOR } from '../../domain/job.ts';
import { asciiText } from '../../domain/text.ts';
import { type FollowContext, jobOn, timeOf } from './context.ts';

/** The printer refused a cancel for good and prints on. */
export const refuseCancel = (
  context: FollowContext,
  jobId: number,
  to: 'printing' | 'paused',
  reason: string,
): Promise<void> =>
  context.commit({ actor: PRINTER_ACTOR, reason }, async tx => {
    const job = await jobOn(context, tx, jobId);
    if (job?.status !== 'cancelIssued') return;
    const step = { time: timeOf(context), actor: PRINTER_ACTOR, reason: asciiText(reason) };
    tx.put('jobs', advance(job, to, step, { cancelAccepted: false }));
  });
