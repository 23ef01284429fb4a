import type { Application } from '../app/application.ts';
import type { Actor } from '../domain/account.ts';
import { type Job, PRINTER_ACTOR, SERVER_ACTOR } from '../domain/job.ts';
import { isStaff } from '../domain/rights.ts';

/** What to call those who moved a job: staff read names, everybody else their own and `someone else`. */
export const jobActorNames = async (
  application: Application,
  job: Job,
  reader: Actor,
): Promise<ReadonlyMap<string, string>> => {
  const names = new Map([
    [SERVER_ACTOR, SERVER_ACTOR],
    [PRINTER_ACTOR, PRINTER_ACTOR],
    [reader.accountId, reader.username],
  ]);
  for (const { actor } of job.history) {
    if (names.has(actor)) continue;
    names.set(actor, isStaff(reader) ? await application.usernameOf(actor) : 'someone else');
  }
  return names;
};
