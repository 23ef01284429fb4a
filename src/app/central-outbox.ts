import type { Job } from '../domain/job.ts';
import type { CommitRule } from './commit.ts';
import { nextNumber } from './next-number.ts';
import type { Transaction } from './ports.ts';

/** Rows kept for a central server that is away: beyond it the oldest go, so that the store stays bounded. */
const MAX_CENTRAL_TRANSITIONS = 100_000;

const record = async (tx: Transaction, job: Job, printer: string, limit: number): Promise<void> => {
  const id = await nextNumber(tx, 'outbox');
  tx.put('centralOutbox', {
    id,
    printer,
    jobId: job.id,
    status: job.status,
    file: job.fileName,
    progress: job.progress,
    time: job.history.at(-1)?.time ?? job.createTime,
  });
  // Ids ascend by one, so every insertion pushes out the one row that leaves the window.
  const oldest = await tx.get('centralOutbox', id - limit);
  if (oldest !== undefined) tx.delete('centralOutbox', oldest.id);
};

/**
 * Writes a `CentralTransition` in the same transaction as every change of the status of a job that has, or had
 * until this change, a printer. The central client tells the lab's central server and deletes the rows.
 * @param limit rows that are kept
 */
export const createCentralOutboxRule =
  (limit: number): CommitRule =>
  async (tx, change) => {
    if (change.collection !== 'jobs' || change.after === undefined) return;
    if (change.before?.status === change.after.status) return;
    const printer = change.after.printer || (change.before?.printer ?? '');
    if (printer !== '') await record(tx, change.after, printer, limit);
  };

export const centralOutboxRule: CommitRule = createCentralOutboxRule(MAX_CENTRAL_TRANSITIONS);
