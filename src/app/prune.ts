import { setImmediate } from 'node:timers/promises';
import { SERVER_ACTOR } from '../domain/job.ts';
import { KEPT_PICKUPS } from '../domain/pickup.ts';
import type { ApplicationDeps } from './deps.ts';
import type { Transaction } from './ports.ts';
import { createRepeating, type Repeating } from './repeating.ts';

export type PruningDeps = Pick<ApplicationDeps, 'store' | 'commit' | 'clock' | 'log'>;

/** In ms. */
const PRUNE_EVERY = 10 * 60_000;
/** Rows looked at, and so taken away, in one go: no commit grows large, and others get their turn. */
const SLICE = 200;

const CAUSE = { actor: SERVER_ACTOR, reason: 'Expired.' } as const;

const pruneExpired = async (
  { store, commit, clock }: PruningDeps,
  collection: 'requests' | 'tokens',
  signal: AbortSignal,
): Promise<void> => {
  const now = clock.now().toISOString();
  for (let after = ''; !signal.aborted; ) {
    const rows = await store.find(collection, { after, limit: SLICE });
    const expired = rows.filter(({ expireTime }) => expireTime <= now);
    if (expired.length > 0) {
      await commit(CAUSE, async tx => {
        for (const { id } of expired) {
          // It may have been used anew since it was read.
          const row = await tx.get(collection, id);
          if (row !== undefined && row.expireTime <= now) tx.delete(collection, id);
        }
      });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < SLICE) return;
    after = last.id;
    await setImmediate();
  }
};

/** A pick-up is over when no robot holds its plate and no bed waits for what a person decides about it. */
const deleteEnded = async (tx: Transaction, ids: readonly number[]): Promise<void> => {
  const needed = new Set((await tx.find('beds')).map(({ pickupId }) => pickupId));
  for (const id of ids) {
    const pickup = await tx.get('pickups', id);
    if (pickup !== undefined && pickup.state !== 'inProgress' && !needed.has(id)) tx.delete('pickups', id);
  }
};

/** Beside the newest, pick-ups stay that are not over. */
const prunePickups = async ({ store, commit }: PruningDeps, signal: AbortSignal): Promise<void> => {
  let older = (await store.count('pickups')) - KEPT_PICKUPS;
  for (let after = 0; older > 0 && !signal.aborted; ) {
    const rows = await store.find('pickups', { after, limit: Math.min(older, SLICE) });
    const last = rows.at(-1);
    if (last === undefined) return;
    await commit(CAUSE, tx =>
      deleteEnded(
        tx,
        rows.map(({ id }) => id),
      ),
    );
    older -= rows.length;
    after = last.id;
    await setImmediate();
  }
};

/** Takes away what need not be remembered any longer, slice by slice until nothing of it is left. */
export const createPruning = (deps: PruningDeps): Repeating => {
  const { clock, log } = deps;

  const guarded = (what: string, work: Promise<void>): Promise<void> =>
    work.catch(error => log.error({ err: error }, `Pruning ${what} failed`));

  /** One that fails keeps none of the others from being pruned. */
  const prune = async (stop: AbortSignal): Promise<void> => {
    await guarded('requests', pruneExpired(deps, 'requests', stop));
    await guarded('tokens', pruneExpired(deps, 'tokens', stop));
    await guarded('pick-ups', prunePickups(deps, stop));
  };
  return createRepeating({ clock, log, every: PRUNE_EVERY, what: 'Pruning', round: prune });
};
