import { loseBed, useBed } from '../../domain/bed.ts';
import { advance, type Job, jobIdOfFile, PRINTER_ACTOR, SERVER_ACTOR, unschedule } from '../../domain/job.ts';
import { startedStatuses } from '../../domain/job-status.ts';
import type { PrinterJob } from '../../domain/printer.ts';
import { nextNumber } from '../next-number.ts';
import type { Transaction } from '../ports.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';
import { foreignJob } from './adopt-foreign.ts';
import { bedOf, type FollowContext, timeOf } from './context.ts';
import { hasTooManyForeign } from './foreign-limit.ts';

/** Jobs of the printer that are looked through, newest first. */
const LATEST_JOBS = 20;
const REASON = 'It began and ended at the printer while nobody looked.';

/**
 * The printer shows the end of a print: one that no job here is of becomes a job of its own, which has ended. A bed
 * that counts as clear is not: a person looks.
 * @returns tooMany: there were so many that it is no job, and the bed is looked at all the same
 */
export const noteUnseen = (
  context: FollowContext,
  ended: 'printed' | 'cancelled' | 'failed',
  seen: PrinterJob,
): Promise<'known' | 'noted' | 'tooMany'> =>
  context.commit({ actor: PRINTER_ACTOR, reason: REASON }, async tx => {
    const { name } = context.printer;
    if ((await tx.count('jobs', { printer: name, status: startedStatuses })) > 0) return 'known';
    if (await isKnown(tx, name, seen)) return 'known';
    const time = timeOf(context);
    const isTooMany = await hasTooManyForeign(tx, name, time);
    const id = isTooMany ? 0 : await nextNumber(tx, 'jobs');
    if (!isTooMany) {
      const begun = foreignJob(id, name, { status: 'printing', seen, time, reason: REASON });
      const step = { time, actor: PRINTER_ACTOR, reason: REASON };
      tx.put('jobs', advance(begun, ended, step, { endTime: time }));
    }
    const found = isTooMany ? 'tooMany' : 'noted';
    const bed = await bedOf(context, tx);
    if (bed.state !== 'clear') return found;
    tx.put('beds', loseBed(useBed(bed, id, time), time));
    for (const job of await tx.find('jobs', { where: { printer: name, status: 'scheduled' } })) {
      const reason = `A print has ended at ${name} that was not seen.`;
      tx.put('jobs', unschedule(job, { time, actor: SERVER_ACTOR, reason }));
    }
    return found;
  });

/** Of archived jobs that cannot be read one may be it: then it counts as known. */
const isKnown = async (tx: Transaction, printer: string, seen: PrinterJob): Promise<boolean> => {
  const jobs = await unlessUnreadable(
    tx.find('jobs', { where: { printer }, descending: true, limit: LATEST_JOBS }),
  );
  if (jobs === undefined || jobs.some(job => isOf(job, seen))) return true;
  // Jobs print in another order than they were submitted in.
  const id = jobIdOfFile(seen.file);
  const own = id === undefined ? undefined : await unlessUnreadable(tx.get('jobs', id));
  return own?.printer === printer && isOf(own, seen);
};

/** A file may be printed again: the prints are told apart as far as the printer does. */
const isOf = ({ remoteName, native }: Job, seen: PrinterJob): boolean =>
  remoteName === seen.file &&
  (native === null || Object.entries(native).every(([key, value]) => (seen.native[key] ?? value) === value));
