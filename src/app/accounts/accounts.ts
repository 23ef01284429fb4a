import { randomUUID } from 'node:crypto';
import { type Account, actorOf, type Role, usernamePattern } from '../../domain/account.ts';
import { SERVER_ACTOR } from '../../domain/job.ts';
import { Refusal } from '../../domain/refusal.ts';
import { adminRoles } from '../../domain/rights.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Reader } from '../ports.ts';
import { checkRole } from './check-role.ts';
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

/** Outside of transactions, since hashing takes long. @throws Refusal InvalidArgument */
export const hashOf = async ({ hasher, rules }: ApplicationDeps, password: string): Promise<string> => {
  if (password.length < rules.minPasswordLength || password.length > MAX_PASSWORD) {
    throw new Refusal(
      'InvalidArgument',
      `A password has ${rules.minPasswordLength} to ${MAX_PASSWORD} characters.`,
    );
  }
  return hasher.hash(password);
};

/** @throws Refusal InvalidArgument */
export const accountRow = async (
  deps: ApplicationDeps,
  { username, password, role, approvesOwn }: NewAccount,
): Promise<Account> => {
  if (!usernamePattern.test(username)) {
    throw new Refusal(
      'InvalidArgument',
      'A user name is 1 to 64 of A-Z, a-z, 0-9, dot, underscore, @ and dash.',
    );
  }
  return {
    id: randomUUID(),
    username,
    usernameKey: username.toLowerCase(),
    role,
    passwordHash: await hashOf(deps, password),
    disabled: false,
    approvesOwn,
    createTime: deps.clock.now().toISOString(),
  };
};

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
    if (!(await isRight(password, account))) return undefined;
    // Verifying takes long: meanwhile the password may have been changed or the account disabled.
    const current = await store.get('accounts', account.id);
    return current?.passwordHash === account.passwordHash && !current.disabled ? current : undefined;
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
