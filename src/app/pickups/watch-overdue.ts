import { SERVER_ACTOR } from '../../domain/job.ts';
import { isOverdue, type Pickup } from '../../domain/pickup.ts';
import type { ApplicationDeps } from '../deps.ts';
import { createAges } from '../elapsed.ts';
import { createRepeating, type Repeating } from '../repeating.ts';

export interface OverdueWatchDeps extends Pick<ApplicationDeps, 'store' | 'commit' | 'clock' | 'log'> {
  /** PICKUP_TIMEOUT in ms. */
  readonly timeout: number;
}

/** In ms. */
const LOOK_EVERY = 5000;

/**
 * Reports a pick-up that is held for too long: once, also over restarts, since that is stored with it. The hold
 * stays, because the arm may be inside: an operator releases it.
 */
export const createOverdueWatch = ({ store, commit, clock, log, timeout }: OverdueWatchDeps): Repeating => {
  const ageOf = createAges(clock);

  const report = async (id: number, now: Date): Promise<void> => {
    const reported = await commit({ actor: SERVER_ACTOR, reason: 'Held for too long.' }, async tx => {
      const pickup = await tx.get('pickups', id);
      // It may have ended since it was read.
      if (pickup?.state !== 'inProgress' || isOverdue(pickup)) return undefined;
      tx.put('pickups', { ...pickup, overdueTime: now.toISOString() });
      return pickup;
    });
    if (reported === undefined) return;
    const { printer, robot, beginTime } = reported;
    log.warn(
      { pickup: id, printer, robot, since: beginTime },
      'A robot holds a plate for too long: look what keeps it, then release the pick-up',
    );
  };

  const look = async (): Promise<void> => {
    const now = clock.now();
    const isDue = (pickup: Pickup): boolean => !isOverdue(pickup) && ageOf(pickup.beginTime) >= timeout;
    const held = await store.find('pickups', { where: { state: 'inProgress' } });
    for (const { id } of held.filter(isDue)) await report(id, now);
  };

  return createRepeating({ clock, log, every: LOOK_EVERY, what: 'The watch over pick-ups', round: look });
};
