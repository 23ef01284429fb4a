import type { Account } from '../../domain/account.ts';
import { Refusal } from '../../domain/refusal.ts';
import { adminRoles } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Transaction } from '../ports.ts';
import { hashOf } from './hash-of.ts';
import { endTokens } from './tokens.ts';

const rulesAll = ({ role, disabled }: Account): boolean => role === 'admin' && !disabled;

/** Without an admin nobody could ever make another one. */
const checkAdminRemains = async (tx: Transaction, before: Account, after: Account): Promise<void> => {
  if (!rulesAll(before) || rulesAll(after)) return;
  if ((await tx.count('accounts', { role: 'admin', disabled: false })) > 1) return;
  throw new Refusal('InvalidState', `${before.username} is the last admin: make another one first.`);
};

/** A reset password and a disabled account end the log-ins there are. */
export const createChangeAccount =
  (deps: ApplicationDeps): Application['changeAccount'] =>
  async (actor, accountId, { role, approvesOwn, disabled, password }) => {
    checkRole(actor, adminRoles, 'change accounts');
    const passwordHash = password === undefined ? undefined : await hashOf(deps, password);
    return deps.commit({ actor: actor.accountId }, async tx => {
      const before = await tx.get('accounts', accountId);
      if (before === undefined) throw new Refusal('NotFound', 'There is no account of this id.');
      const after: Account = {
        ...before,
        role: role ?? before.role,
        approvesOwn: approvesOwn ?? before.approvesOwn,
        disabled: disabled ?? before.disabled,
        passwordHash: passwordHash ?? before.passwordHash,
      };
      await checkAdminRemains(tx, before, after);
      tx.put('accounts', after);
      if (after.disabled || passwordHash !== undefined) await endTokens(tx, accountId);
      return after;
    });
  };
