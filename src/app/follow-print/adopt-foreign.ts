import { type Bed, loseBed, useBed } from '../../domain/bed.ts';
import { type Job, newJob, note, PRINTER_ACTOR, SERVER_ACTOR, unschedule } from '../../domain/job.ts';
import { startedStatuses } from '../../domain/job-status.ts';
import type { PrinterJob } from '../../domain/printer.ts';
import { asciiText } from '../../domain/text.ts';
import { nextNumber } from '../next-number.ts';
import type { Transaction } from '../ports.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';
import { bedOf, type FollowContext, timeOf } from './context.ts';
import { hasTooManyForeign } from './foreign-limit.ts';

const STARTED_THERE = 'Started at the printer.';

/**
 * A print that was started at the printer itself becomes a job: followed, never controlled.
 * @returns tooMany: there were so many that it is none; nothing is printed there, and a person looks at the bed
 */
export const adoptForeign = (
  context: FollowContext,
  status: 'printing' | 'paused',
  seen: PrinterJob,
): Promise<'adopted' | 'followed' | 'tooMany'> =>
  context.commit({ actor: PRINTER_ACTOR, reason: STARTED_THERE }, async tx => {
    const { name } = context.printer;
    // A job that is followed there comes first: nothing else is adopted.
    if ((await tx.count('jobs', { printer: name, status: startedStatuses })) > 0) return 'followed';
    const time = timeOf(context);
    for (const job of await tx.find('jobs', { where: { printer: name, status: 'scheduled' } })) {
      const reason = `A print was started at ${name} itself.`;
      tx.put('jobs', unschedule(job, { time, actor: SERVER_ACTOR, reason }));
    }
    const bed = await bedOf(context, tx);
    if (await hasTooManyForeign(tx, name, time)) {
      if (bed.state === 'clear') tx.put('beds', loseBed(useBed(bed, 0, time), time));
      return 'tooMany';
    }
    await noteDisplaced(tx, bed, time, name);
    const id = await nextNumber(tx, 'jobs');
    tx.put('jobs', foreignJob(id, name, { status, seen, time, reason: STARTED_THERE }));
    tx.put('beds', useBed(bed, id, time));
    return 'adopted';
  });

const noteDisplaced = async (tx: Transaction, bed: Bed, time: string, printer: string): Promise<void> => {
  if (bed.jobId === 0) return;
  const lying = await unlessUnreadable(tx.get('jobs', bed.jobId));
  if (lying?.status !== 'printed' && lying?.status !== 'pickupIssued') return;
  const reason = `A print was started at ${printer} while the part still lay there.`;
  tx.put('jobs', note(lying, { time, actor: PRINTER_ACTOR, reason }));
};

interface Sight {
  readonly status: 'printing' | 'paused';
  readonly seen: PrinterJob;
  readonly time: string;
  readonly reason: string;
}

/** A job of a print that nobody here started. */
export const foreignJob = (id: number, printer: string, { status, seen, time, reason }: Sight): Job =>
  newJob(
    id,
    status,
    { time, actor: PRINTER_ACTOR, reason },
    {
      fileName: asciiText(seen.file),
      printer,
      fromServer: false,
      remoteName: seen.file,
      native: seen.native,
      progress: seen.progress ?? 0,
      startTime: time,
    },
  );
