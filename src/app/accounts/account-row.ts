import { randomUUID } from 'node:crypto';
import { type Account, type Role, usernamePattern } from '../../domain/account.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ApplicationDeps } from '../deps.ts';
import { hashOf } from './hash-of.ts';

export interface NewAccount {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
  readonly approvesOwn: boolean;
}

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
