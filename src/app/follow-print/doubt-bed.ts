import { loseBed, useBed } from '../../domain/bed.ts';
import { SERVER_ACTOR, unschedule } from '../../domain/job.ts';
import type { NativeIdentity } from '../../domain/native-identity.ts';
import { bedOf, type FollowContext, jobOn, timeOf } from './context.ts';

/**
 * The printer has printed since the last print that is known here, and nobody knows what lies there: the job waits
 * again, and a person looks. The bed remembers that print, so that it is asked about once.
 */
export const doubtBed = (
  context: FollowContext,
  jobId: number,
  latestPrint: NativeIdentity | null,
): Promise<void> => {
  const reason = `${context.printer.name} has printed since its last known print: somebody must look at its bed and confirm it.`;
  return context.commit({ actor: SERVER_ACTOR, reason }, async tx => {
    const time = timeOf(context);
    const job = await jobOn(context, tx, jobId);
    if (job?.status === 'scheduled') tx.put('jobs', unschedule(job, { time, actor: SERVER_ACTOR, reason }));
    const bed = await bedOf(context, tx);
    const doubted = bed.state === 'clear' ? loseBed(useBed(bed, 0, time), time) : bed;
    tx.put('beds', { ...doubted, latestPrint });
  });
};
