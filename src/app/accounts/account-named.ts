import type { Account } from '../../domain/account.ts';
import type { Reader } from '../ports.ts';

/** Names are unique ignoring case. */
export const accountNamed = async (reader: Reader, username: string): Promise<Account | undefined> =>
  (await reader.find('accounts', { where: { usernameKey: username.toLowerCase() }, limit: 1 }))[0];
