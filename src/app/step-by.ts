import type { Actor } from '../domain/account.ts';
import type { Step } from '../domain/job.ts';
import type { Clock } from './ports.ts';

/** What an account does now, for a job's history. */
export const stepBy = (clock: Clock, actor: Actor, reason = ''): Required<Step> => ({
  time: clock.now().toISOString(),
  actor: actor.accountId,
  reason,
});
