import { isStaff } from '../../domain/rights.ts';
import { accountNamed } from '../accounts/account-named.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Reader } from '../ports.ts';

const MAX_COUNT = 1000;

/** By account id or username; files of an account that is gone are still found by its id. */
const ownerId = async (reader: Reader, name: string): Promise<string> =>
  (await reader.get('accounts', name))?.id ?? (await accountNamed(reader, name))?.id ?? name;

/** Everybody's own files; staff see all. */
export const createFindFiles =
  ({ store }: ApplicationDeps): Application['findFiles'] =>
  async (actor, { owner: name, after, maxCount }) => {
    const anybody = isStaff(actor) ? '' : actor.accountId;
    const owner = name === '' ? anybody : await ownerId(store, name);
    if (!isStaff(actor) && owner !== actor.accountId) return [];
    return store.find('files', {
      where: owner === '' ? {} : { owner },
      ...(after !== '' && { after }),
      limit: Math.min(maxCount, MAX_COUNT),
    });
  };
