import type { UserJson } from '../../contract/user.ts';
import type { Account } from '../../domain/account.ts';

/** Without the hash. */
export const userJson = (account: Account): UserJson => ({
  id: account.id,
  username: account.username,
  role: account.role,
  approves_own: account.approvesOwn,
  disabled: account.disabled,
  create_time: account.createTime,
});
