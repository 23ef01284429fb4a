import { createHash, randomBytes } from 'node:crypto';
import { actorOf } from '../../domain/account.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { FindAccount } from './accounts.ts';

/** 256 random bits need no slow hash. */
const idOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** A bearer token; only its hash is stored. */
export const createLogIn =
  ({ commit, clock, rules }: ApplicationDeps, findAccount: FindAccount): Application['logIn'] =>
  async (username, password) => {
    const account = await findAccount(username, password);
    if (account === undefined) throw new Refusal('NotPermitted', 'The user name or the password is wrong.');
    const token = randomBytes(32).toString('base64url');
    const now = clock.now();
    const expireTime = new Date(now.getTime() + rules.tokenLifetime).toISOString();
    await commit({ actor: account.id }, async tx =>
      tx.put('tokens', {
        id: idOf(token),
        accountId: account.id,
        createTime: now.toISOString(),
        expireTime,
      }),
    );
    return { account, token, expireTime };
  };

export const createLogOut =
  ({ commit }: ApplicationDeps): Application['logOut'] =>
  async token => {
    const id = idOf(token);
    await commit({ actor: '' }, async tx => {
      if ((await tx.get('tokens', id)) !== undefined) tx.delete('tokens', id);
    });
  };

export const createActorOfToken =
  ({ store, clock }: ApplicationDeps): Application['actorOfToken'] =>
  async token => {
    const row = await store.get('tokens', idOf(token));
    if (row === undefined || Date.parse(row.expireTime) <= clock.now().getTime()) return undefined;
    const account = await store.get('accounts', row.accountId);
    return account === undefined || account.disabled ? undefined : actorOf(account);
  };
