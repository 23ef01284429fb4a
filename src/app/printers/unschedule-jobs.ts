import { type Step, unschedule } from '../../domain/job.ts';
import type { Transaction } from '../ports.ts';

/** Jobs that are reserved for a printer, and have not been started, wait for another. */
export const unscheduleJobs = async (tx: Transaction, printer: string, step: Step): Promise<void> => {
  const jobs = await tx.find('jobs', { where: { printer, status: 'scheduled' } });
  for (const job of jobs) tx.put('jobs', unschedule(job, step));
};
