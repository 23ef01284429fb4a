import { endClearing, offerAgain } from '../../domain/bed.ts';
import { Refusal } from '../../domain/refusal.ts';
import { isStaff } from '../../domain/rights.ts';
import { checkedText, MAX_REASON } from '../../domain/text.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { stepBy } from '../step-by.ts';
import { checkInProgress, returnJob } from './end-pickup.ts';
import { bedOfPickup, findActorPickup } from './find-actor-pickup.ts';

/** The plate is offered again; after a failed pick-up that is for staff to say. */
export const createReleasePickup =
  ({ commit, clock }: ApplicationDeps): Application['releasePickup'] =>
  async (actor, pickupId, reason) => {
    const why = checkedText('Reason', reason, MAX_REASON);
    await commit({ actor: actor.accountId, reason: why }, async tx => {
      const pickup = await findActorPickup(tx, actor, 'ReleasePickup', pickupId);
      if (pickup.state === 'released') return;
      const step = stepBy(clock, actor, why);
      const bed = await bedOfPickup(tx, pickup);
      if (pickup.state === 'failed' && bed?.needsPerson) {
        if (!isStaff(actor)) {
          throw new Refusal(
            'NotPermitted',
            `Pick-up ${pickup.id} failed: an operator offers the plate again.`,
          );
        }
        tx.put('pickups', { ...pickup, state: 'released' });
        tx.put('beds', offerAgain(bed));
        return;
      }
      checkInProgress(pickup);
      tx.put('pickups', { ...pickup, state: 'released', reason: why, endTime: step.time });
      if (bed !== undefined) tx.put('beds', endClearing(bed, false, step.time));
      await returnJob(tx, pickup, {
        ...step,
        reason: `Pick-up ${pickup.id} was released${why && `: ${why}`}.`,
      });
    });
  };
