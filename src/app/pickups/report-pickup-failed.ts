import { endClearing } from '../../domain/bed.ts';
import { checkedText, MAX_REASON } from '../../domain/text.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { stepBy } from '../step-by.ts';
import { checkInProgress, returnJob } from './end-pickup.ts';
import { bedOfPickup, findActorPickup } from './find-actor-pickup.ts';

/** The plate is still there and a person is needed: no robot is offered it until staff have decided. */
export const createReportPickupFailed =
  ({ commit, clock }: ApplicationDeps): Application['reportPickupFailed'] =>
  async (actor, pickupId, reason) => {
    const why = checkedText('Reason', reason, MAX_REASON);
    await commit({ actor: actor.accountId, reason: why }, async tx => {
      const pickup = await findActorPickup(tx, actor, 'ReportPickupFailed', pickupId);
      if (pickup.state === 'failed') return;
      checkInProgress(pickup);
      const step = stepBy(clock, actor, why);
      tx.put('pickups', { ...pickup, state: 'failed', reason: why, endTime: step.time });
      const bed = await bedOfPickup(tx, pickup);
      if (bed !== undefined) tx.put('beds', endClearing(bed, true, step.time));
      await returnJob(tx, pickup, { ...step, reason: `Pick-up ${pickup.id} failed${why && `: ${why}`}.` });
    });
  };
