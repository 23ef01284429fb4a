import { Refusal } from '../../domain/refusal.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { FindAccount } from './authenticate.ts';
import { hashOf } from './hash-of.ts';
import { endTokens, tokenId } from './tokens.ts';

/** For oneself: whoever else is logged in with the old password is logged out. */
export const createChangePassword =
  (deps: ApplicationDeps, findAccount: FindAccount): Application['changePassword'] =>
  async (actor, oldPassword, newPassword, keptToken) => {
    const wrong = () => new Refusal('NotPermitted', 'The old password is wrong.');
    const account = await findAccount(actor.username, oldPassword);
    if (account === undefined) throw wrong();
    const passwordHash = await hashOf(deps, newPassword);
    await deps.commit({ actor: actor.accountId }, async tx => {
      const current = await tx.get('accounts', account.id);
      if (current?.passwordHash !== account.passwordHash || current.disabled) throw wrong();
      tx.put('accounts', { ...current, passwordHash });
      await endTokens(tx, account.id, tokenId(keptToken));
    });
  };
