import { createHash, randomBytes } from 'node:crypto';
import { actorOf } from '../../domain/account.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Transaction } from '../ports.ts';
import type { FindAccount } from './authenticate.ts';

/** 256 random bits need no slow hash. */
export const tokenId = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const wrongLogIn = (): Refusal => new Refusal('NotPermitted', 'The user name or the password is wrong.');

/** Ends the account's log-ins over HTTP. @param kept id of the one that stays */
export const endTokens = async (tx: Transaction, accountId: string, kept = ''): Promise<void> => {
  for (const { id } of await tx.find('tokens', { where: { accountId } })) {
    if (id !== kept) tx.delete('tokens', id);
  }
};

/** A bearer token; only its hash is stored. */
export const createLogIn =
  ({ commit, clock, rules }: ApplicationDeps, findAccount: FindAccount): Application['logIn'] =>
  async (username, password) => {
    const account = await findAccount(username, password);
    if (account === undefined) throw wrongLogIn();
    const token = randomBytes(32).toString('base64url');
    const now = clock.now();
    const expireTime = new Date(now.getTime() + rules.tokenLifetime).toISOString();
    await commit({ actor: account.id }, async tx => {
      const current = await tx.get('accounts', account.id);
      // A token of the old password must not outlive the end of all of them.
      if (current?.passwordHash !== account.passwordHash || current.disabled) throw wrongLogIn();
      tx.put('tokens', {
        id: tokenId(token),
        accountId: account.id,
        createTime: now.toISOString(),
        expireTime,
      });
    });
    return { account, token, expireTime };
  };

export const createLogOut =
  ({ commit }: ApplicationDeps): Application['logOut'] =>
  async token => {
    const id = tokenId(token);
    await commit({ actor: '' }, async tx => {
      if ((await tx.get('tokens', id)) !== undefined) tx.delete('tokens', id);
    });
  };

export const createActorOfToken =
  ({ store, clock }: ApplicationDeps): Application['actorOfToken'] =>
  async token => {
    const row = await store.get('tokens', tokenId(token));
    if (row === undefined || Date.parse(row.expireTime) <= clock.now().getTime()) return undefined;
    const account = await store.get('accounts', row.accountId);
    return account === undefined || account.disabled ? undefined : actorOf(account);
  };
