import { useBed } from '../../domain/bed.ts';
import { advance, type Job, SERVER_ACTOR, unschedule } from '../../domain/job.ts';
import type { Printer } from '../../domain/printer.ts';
import { holdOn } from '../pickups/hold-on.ts';
import { bedOf, type FollowContext, jobOn, timeOf } from './context.ts';

/**
 * The start intent: on disk before the printer is told to start. A job that may not start here any more
 * is given back in the same commit.
 * @returns the job in starting, or undefined when nothing may be started
 */
export const storeIntent = (
  context: FollowContext,
  jobId: number,
  remoteName: string,
  baseline: Job['baseline'] = null,
): Promise<Job | undefined> =>
  context.commit({ actor: SERVER_ACTOR }, async tx => {
    const job = await jobOn(context, tx, jobId);
    if (job?.status !== 'scheduled') return undefined;
    const time = timeOf(context);
    const bed = await bedOf(context, tx);
    const { id, name } = context.printer;
    const isHeld = (await holdOn(tx, name)) !== undefined;
    const reason = obstacle(job, await tx.get('printers', id), bed.state === 'clear', isHeld);
    if (reason !== '') {
      tx.put('jobs', unschedule(job, { time, actor: SERVER_ACTOR, reason }));
      return undefined;
    }
    const changes = { remoteName, native: null, baseline };
    const starting = advance(job, 'starting', { time, actor: SERVER_ACTOR }, changes);
    tx.put('jobs', starting);
    tx.put('beds', useBed(bed, jobId, time));
    return starting;
  });

const obstacle = (job: Job, printer: Printer | undefined, bedIsClear: boolean, isHeld: boolean): string => {
  if (printer === undefined || printer.removed) return 'The printer was removed.';
  if (!printer.worker) return "The printer's worker was stopped.";
  if (printer.maintenance.on) return 'The printer is in maintenance.';
  if (job.held) return 'The job is held.';
  if (isHeld) return 'A pick-up is under way on the printer.';
  return bedIsClear ? '' : "The printer's bed is not clear.";
};
