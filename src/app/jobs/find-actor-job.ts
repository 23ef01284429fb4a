import type { Actor } from '../../domain/account.ts';
import type { Job } from '../../domain/job.ts';
import { Refusal } from '../../domain/refusal.ts';
import { type ActionName, isOwn } from '../../domain/rights.ts';
import { checkedRight } from '../access/checked-right.ts';
import type { Reader } from '../ports.ts';

/**
 * The job, for a caller who may do this to it.
 * @throws Refusal NotFound, also for a user's view of the jobs of others; NotPermitted
 */
export const findActorJob = async (
  reader: Reader,
  actor: Actor,
  method: ActionName,
  jobId: number,
): Promise<Job> => {
  const right = checkedRight(actor, method);
  const job = Number.isInteger(jobId) && jobId > 0 ? await reader.get('jobs', jobId) : undefined;
  const hidden = job !== undefined && actor.role === 'user' && !isOwn(actor, job);
  if (job === undefined || hidden) throw new Refusal('NotFound', `There is no job ${jobId}.`);
  if (right === 'own' && !isOwn(actor, job)) {
    throw new Refusal('NotPermitted', `Job ${jobId} is neither owned nor submitted by ${actor.username}.`);
  }
  return job;
};
