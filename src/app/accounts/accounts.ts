import { randomUUID } from 'node:crypto';
import { type Account, actorOf, type Role, usernamePattern } from '../../domain/account.ts';
import { SERVER_ACTOR } from '../../domain/job.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Reader } from '../ports.ts';
import { createPasswordVerifier } from './verified-passwords.ts';

const MAX_PASSWORD = 256;

export const accountNamed = async (reader: Reader, username: string): Promise<Account | undefined> =>
  (await reader.find('accounts', { where: { usernameKey: username.toLowerCase() }, limit: 1 }))[0];

export interface NewAccount {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
  readonly approvesOwn: boolean;
}

/** Checks and hashes, outside the transaction since hashing takes long. @throws Refusal InvalidArgument */
export const accountRow = async (
  { hasher, clock, rules }: ApplicationDeps,
  { username, password, role, approvesOwn }: NewAccount,
): Promise<Account> => {
  if (!usernamePattern.test(username)) {
    throw new Refusal(
      'InvalidArgument',
      'A user name is 1 to 64 of A-Z, a-z, 0-9, dot, underscore, @ and dash.',
    );
  }
  if (password.length < rules.minPasswordLength || password.length > MAX_PASSWORD) {
    throw new Refusal(
      'InvalidArgument',
      `A password has ${rules.minPasswordLength} to ${MAX_PASSWORD} characters.`,
    );
  }
  return {
    id: randomUUID(),
    username,
    usernameKey: username.toLowerCase(),
    role,
    passwordHash: await hasher.hash(password),
    disabled: false,
    approvesOwn,
    createTime: clock.now().toISOString(),
  };
};

export const createCreateAccount =
  (deps: ApplicationDeps): Application['createAccount'] =>
  async ({ username, password, role, approvesOwn = role === 'machine' }) => {
    const account = await accountRow(deps, { username, password, role, approvesOwn });
    await deps.commit({ actor: SERVER_ACTOR }, async tx => {
      if ((await accountNamed(tx, username)) !== undefined) {
        throw new Refusal('InvalidState', `There is an account ${username} already.`);
      }
      tx.put('accounts', account);
    });
    return account;
  };

export type FindAccount = (username: string, password: string) => Promise<Account | undefined>;

/** The account of that name and password, if it is not disabled; unknown names take as long as wrong passwords. */
export const createFindAccount = ({ store, hasher, clock }: ApplicationDeps): FindAccount => {
  const isRight = createPasswordVerifier(hasher, clock);
  let dummy: Promise<string> | undefined;
  return async (username, password) => {
    if (password.length > MAX_PASSWORD || !usernamePattern.test(username)) return undefined;
    const account = await accountNamed(store, username);
    if (account === undefined) {
      dummy ??= hasher.hash('nobody has this password');
      await isRight(password, { id: '', passwordHash: await dummy });
      return undefined;
    }
    return (await isRight(password, account)) && !account.disabled ? account : undefined;
  };
};

export const createAuthenticate =
  (findAccount: FindAccount): Application['authenticate'] =>
  async (username, password) => {
    const account = await findAccount(username, password);
    return account && actorOf(account);
  };

export const createUsernameOf =
  ({ store }: ApplicationDeps): Application['usernameOf'] =>
  async accountId =>
    accountId === '' ? '' : ((await store.get('accounts', accountId))?.username ?? '');
