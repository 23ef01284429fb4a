import { createHash, timingSafeEqual } from 'node:crypto';
import { SERVER_ACTOR } from '../../domain/job.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { accountRow } from './account-row.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether no account exists yet. */
export const createNeedsSetUp =
  ({ store }: ApplicationDeps): Application['needsSetUp'] =>
  async () =>
    (await store.count('accounts')) === 0;

/** The first account, an admin, for whoever holds the one-time token. */
export const createSetUp =
  (deps: ApplicationDeps): Application['setUp'] =>
  async (token, username, password) => {
    const { setUpToken } = deps;
    if (setUpToken === undefined || !timingSafeEqual(digest(token), digest(setUpToken))) {
      throw new Refusal('NotPermitted', 'The set-up token is wrong, or was used before.');
    }
    const account = await accountRow(deps, { username, password, role: 'admin', approvesOwn: false });
    await deps.commit({ actor: SERVER_ACTOR }, async tx => {
      if ((await tx.count('accounts')) > 0) {
        throw new Refusal('NotPermitted', 'The set-up was done before: log in.');
      }
      tx.put('accounts', account);
    });
  };
