import { clearBed } from '../../domain/bed.ts';
import { advance } from '../../domain/job.ts';
import { checkedText } from '../../domain/text.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { stepBy } from '../step-by.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';
import { checkInProgress } from './end-pickup.ts';
import { bedOfPickup, findActorPickup } from './find-actor-pickup.ts';

/** The arm is out and the plate is gone: the next print may start at once. */
export const createConfirmPickup =
  ({ commit, clock }: ApplicationDeps): Application['confirmPickup'] =>
  async (actor, pickupId, storageLocation) => {
    const place = checkedText('StorageLocation', storageLocation, 80);
    return commit({ actor: actor.accountId }, async tx => {
      const pickup = await findActorPickup(tx, actor, 'ConfirmPickup', pickupId);
      if (pickup.state === 'confirmed' && pickup.storageLocation === place) return { jobId: pickup.jobId };
      checkInProgress(pickup);
      const step = stepBy(clock, actor);
      tx.put('pickups', { ...pickup, state: 'confirmed', storageLocation: place, endTime: step.time });
      const bed = await bedOfPickup(tx, pickup);
      if (bed !== undefined) tx.put('beds', clearBed(bed, step.time));
      const job = await unlessUnreadable(tx.get('jobs', pickup.jobId));
      if (job?.status === 'pickupIssued') {
        const reason = `Pick-up ${pickup.id} by ${pickup.robot}.`;
        tx.put('jobs', advance(job, 'picked', { ...step, reason }, { storageLocation: place }));
      }
      return { jobId: pickup.jobId };
    });
  };
