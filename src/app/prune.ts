import { KEPT_PICKUPS, type Pickup } from '../domain/pickup.ts';
import type { ApplicationDeps } from './deps.ts';
import type { Transaction } from './ports.ts';

/** Rows taken away in one commit, so that no commit grows large. */
const AT_ONCE = 200;

const SERVER = { actor: 'server', reason: 'Expired.' } as const;

type Expiring = 'requests' | 'tokens';

const pruneExpired = async (
  { store, commit, clock }: ApplicationDeps,
  collection: Expiring,
): Promise<void> => {
  const now = clock.now().toISOString();
  const rows = await store.find(collection);
  const expired = rows.filter(({ expireTime }) => expireTime <= now).slice(0, AT_ONCE);
  if (expired.length === 0) return;
  await commit(SERVER, async (tx: Transaction) => {
    for (const { id } of expired) {
      // It may have been used anew since it was read.
      const row = await tx.get(collection, id);
      if (row !== undefined && row.expireTime <= now) tx.delete(collection, id);
    }
  });
};

/** The oldest ended pick-ups go; one that is in progress or waits for a person stays. */
const prunePickups = async ({ store, commit }: ApplicationDeps): Promise<void> => {
  const tooMany = (await store.count('pickups')) - KEPT_PICKUPS;
  if (tooMany <= 0) return;
  const oldest = await store.find('pickups', { limit: Math.min(tooMany, AT_ONCE) });
  const ended = ({ state }: Pickup): boolean => state === 'confirmed' || state === 'released';
  const ids = oldest.filter(ended).map(({ id }) => id);
  if (ids.length === 0) return;
  await commit(SERVER, async tx => {
    for (const id of ids) tx.delete('pickups', id);
  });
};

/** Takes away, a few at a time, what need not be remembered any longer. */
export const prune = async (deps: ApplicationDeps): Promise<void> => {
  await pruneExpired(deps, 'requests');
  await pruneExpired(deps, 'tokens');
  await prunePickups(deps);
};
