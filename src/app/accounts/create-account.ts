import { SERVER_ACTOR } from '../../domain/job.ts';
import { Refusal } from '../../domain/refusal.ts';
import { adminRoles } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { accountNamed } from './account-named.ts';
import { accountRow } from './account-row.ts';

export const createCreateAccount =
  (deps: ApplicationDeps): Application['createAccount'] =>
  async ({ username, password, role, approvesOwn = role === 'machine' }, by) => {
    if (by !== undefined) checkRole(by, adminRoles, 'create accounts');
    const account = await accountRow(deps, { username, password, role, approvesOwn });
    await deps.commit({ actor: by?.accountId ?? SERVER_ACTOR }, async tx => {
      if ((await accountNamed(tx, username)) !== undefined) {
        throw new Refusal('InvalidState', `There is an account ${username} already.`);
      }
      tx.put('accounts', account);
    });
    return account;
  };
