import type { Bed } from '../../domain/bed.ts';
import { advance, type Job, note, SERVER_ACTOR, type Step, unschedule } from '../../domain/job.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Transaction } from '../ports.ts';

export const RESTORED_REASON =
  'Restored from a backup: it may have been printed since; look before its bed is confirmed clear';

/** More than a lab gives between two backups: no number that was given after the backup is given twice. */
const NUMBERS_SKIPPED = 10_000;
/** So that a file of the same name, printed after the backup, is no evidence of a later attempt. */
const ATTEMPTS_SKIPPED = 1000;

/** A hold of a robot stands in the pick-ups and goes on holding the printer. */
const awaitPerson = (bed: Bed, time: string): Bed => ({
  ...bed,
  state: 'occupied',
  content: 'unknown',
  pickupId: 0,
  needsPerson: true,
  since: time,
});

const settleJob = (job: Job, step: Step): Job => {
  if (job.status === 'starting') return advance(job, 'unknown', step, { requested: null });
  const waiting = job.status === 'scheduled' ? unschedule(job, step) : note(job, step);
  return { ...waiting, attempt: job.attempt + ATTEMPTS_SKIPPED };
};

const skipNumbers = async (tx: Transaction, id: 'jobs' | 'pickups'): Promise<void> => {
  const last = (await tx.get('counters', id))?.last ?? 0;
  tx.put('counters', { id, last: last + NUMBERS_SKIPPED });
};

/**
 * After a restore the store knows nothing of what was printed since the backup: no print starts before a person
 * has looked at its bed. One commit, before anything else works on the store; harmless when it is repeated.
 */
export const settleRestore = async ({
  commit,
  clock,
  log,
}: Pick<ApplicationDeps, 'commit' | 'clock' | 'log'>): Promise<void> => {
  const time = clock.now().toISOString();
  const step: Step = { time, actor: SERVER_ACTOR, reason: RESTORED_REASON };
  const counts = await commit({ actor: SERVER_ACTOR, reason: RESTORED_REASON }, async tx => {
    const beds = (await tx.find('beds')).filter(bed => bed.state !== 'occupied' || !bed.needsPerson);
    for (const bed of beds) tx.put('beds', awaitPerson(bed, time));
    const jobs = await tx.find('jobs', {
      where: { status: ['created', 'approved', 'scheduled', 'starting'] },
    });
    for (const job of jobs) tx.put('jobs', settleJob(job, step));
    await skipNumbers(tx, 'jobs');
    await skipNumbers(tx, 'pickups');
    const unknown = jobs.filter(job => job.status === 'starting').length;
    return { beds: beds.length, waitingJobs: jobs.length - unknown, unknownJobs: unknown };
  });
  log.warn(
    counts,
    'Restored from a backup: look at every bed and confirm it clear before anything is printed',
  );
};
