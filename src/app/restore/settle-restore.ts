import { restoreBed } from '../../domain/bed.ts';
import { advance, type Job, note, SERVER_ACTOR, type Step, unschedule } from '../../domain/job.ts';
import { startedStatuses } from '../../domain/job-status.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Transaction } from '../ports.ts';

export const RESTORED_REASON =
  'Restored from a backup: it may have been printed since; look before its bed is confirmed clear';

/** More than a lab gives between two backups: no number that was given after the backup is given twice. */
const NUMBERS_SKIPPED = 10_000;
/** So that a file of the same name, printed after the backup, is no evidence of a later attempt. */
const ATTEMPTS_SKIPPED = 1000;

/**
 * Printing or not, its print is seen again or nobody knows: unknown takes evidence of the printer, and its own file,
 * when it is still active, brings job and bed back to a print that is followed.
 */
const loseJob = (job: Job, step: Step): Job =>
  advance(job, 'unknown', step, { requested: null, unreachableSince: null });

const waitAnew = (job: Job, step: Step): Job => ({
  ...(job.status === 'scheduled' ? unschedule(job, step) : note(job, step)),
  attempt: job.attempt + ATTEMPTS_SKIPPED,
});

const skipNumbers = async (tx: Transaction, id: 'jobs' | 'pickups'): Promise<void> => {
  const last = (await tx.get('counters', id))?.last ?? 0;
  tx.put('counters', { id, last: last + NUMBERS_SKIPPED });
};

/**
 * After a restore the store knows nothing of what was printed since the backup: no print starts and no robot comes
 * before a person has looked at a bed, whatever a printer tells of the prints that the backup knows. A hold of a robot
 * stands in the pick-ups and goes on holding its printer. One commit, before anything else works on the store;
 * harmless when it is repeated.
 */
export const settleRestore = async ({
  commit,
  clock,
  log,
}: Pick<ApplicationDeps, 'commit' | 'clock' | 'log'>): Promise<void> => {
  const time = clock.now().toISOString();
  const step: Step = { time, actor: SERVER_ACTOR, reason: RESTORED_REASON };
  const counts = await commit({ actor: SERVER_ACTOR, reason: RESTORED_REASON }, async tx => {
    const beds = await tx.find('beds');
    for (const bed of beds) tx.put('beds', restoreBed(bed, time));
    const started = await tx.find('jobs', { where: { status: startedStatuses } });
    for (const job of started) tx.put('jobs', loseJob(job, step));
    const waiting = await tx.find('jobs', { where: { status: ['created', 'approved', 'scheduled'] } });
    for (const job of waiting) tx.put('jobs', waitAnew(job, step));
    await skipNumbers(tx, 'jobs');
    await skipNumbers(tx, 'pickups');
    // Beds of printers that were removed have rows too, and nobody to look at them.
    const printers = await tx.find('printers', { where: { removed: false } });
    return { beds: printers.length, waitingJobs: waiting.length, unknownJobs: started.length };
  });
  log.warn(
    counts,
    'Restored from a backup: look at every bed and confirm it clear before anything is printed',
  );
};
