import { type Job, note, PRINTER_ACTOR } from '../../domain/job.ts';
import { followedStatuses } from '../../domain/job-status.ts';
import { isActive, type PrinterSnapshot } from '../../domain/printer.ts';
import { isJobActive } from '../../domain/reconcile.ts';
import { asciiText, sentence } from '../../domain/text.ts';
import { type FollowContext, jobOn, timeOf } from './context.ts';

/**
 * A print begins to wait for a person at its printer, or ceases to: each is noted once, the first in the printer's
 * own words. What it says after that is in the live values alone, since some count down.
 * @param followed the job that is followed there
 */
export const noteAttention = async (
  context: FollowContext,
  followed: Job | undefined,
  snapshot: PrinterSnapshot,
): Promise<void> => {
  if (followed === undefined || !isPrintOf(followed, snapshot)) return;
  const waits = snapshot.state === 'attention';
  if (waits === (followed.attention ?? false)) return;
  const { name } = context.printer;
  const words = snapshot.message || 'look at its screen';
  const reason = asciiText(
    waits ? sentence(`${name} needs a person: ${words}`) : `${name} no longer needs a person.`,
  );
  await context.commit({ actor: PRINTER_ACTOR, reason }, async tx => {
    const job = await jobOn(context, tx, followed.id);
    if (job === undefined || !followedStatuses.includes(job.status)) return;
    tx.put(
      'jobs',
      note({ ...job, attention: waits }, { time: timeOf(context), actor: PRINTER_ACTOR, reason }),
    );
  });
};

/** Some printers do not always say which file is active. */
const isPrintOf = (job: Job, snapshot: PrinterSnapshot): boolean =>
  followedStatuses.includes(job.status) &&
  (isJobActive(job, snapshot) || (isActive(snapshot.state) && snapshot.job === null));
