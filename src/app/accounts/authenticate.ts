import { type Account, actorOf, usernamePattern } from '../../domain/account.ts';
import { MAX_PASSWORD } from '../../domain/password.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { accountNamed } from './account-named.ts';
import { createPasswordVerifier } from './verified-passwords.ts';

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
