import { adminRoles } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';

/** By name. */
export const createFindAccounts =
  ({ store }: ApplicationDeps): Application['findAccounts'] =>
  async actor => {
    checkRole(actor, adminRoles, 'see the accounts');
    const accounts = await store.find('accounts');
    return [...accounts].sort((left, right) => (left.usernameKey < right.usernameKey ? -1 : 1));
  };
