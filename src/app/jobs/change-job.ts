import type { Actor } from '../../domain/account.ts';
import type { Job, Step } from '../../domain/job.ts';
import type { ActionName } from '../../domain/rights.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Transaction } from '../ports.ts';
import { stepBy } from '../step-by.ts';
import { findActorJob } from './find-actor-job.ts';

/** The changed job, or the same row when what is asked already holds. */
export type JobChange = (job: Job, step: Required<Step>, tx: Transaction) => Job | Promise<Job>;

/** One caller's change of one job, as one commit; nothing is written when nothing changes. */
export const changeJob = (
  { commit, clock }: ApplicationDeps,
  method: ActionName,
  { actor, jobId, reason }: { actor: Actor; jobId: number; reason: string },
  change: JobChange,
): Promise<void> =>
  commit({ actor: actor.accountId, reason }, async tx => {
    const job = await findActorJob(tx, actor, method, jobId);
    const step = stepBy(clock, actor, reason);
    const changed = await change(job, step, tx);
    if (changed !== job) tx.put('jobs', changed);
  });
