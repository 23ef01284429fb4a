import { clearBed, endClearing, offerAgain } from '../../domain/bed.ts';
import { advance, type Step } from '../../domain/job.ts';
import type { Pickup, PickupState } from '../../domain/pickup.ts';
import { Refusal } from '../../domain/refusal.ts';
import { isStaff } from '../../domain/rights.ts';
import { checkedText, MAX_REASON } from '../../domain/text.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Transaction } from '../ports.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';
import { bedOfPickup, findActorPickup } from './find-actor-pickup.ts';

const words: Readonly<Record<PickupState, string>> = {
  inProgress: 'is in progress',
  confirmed: 'was confirmed',
  failed: 'failed',
  released: 'was released',
};

const checkInProgress = (pickup: Pickup): void => {
  if (pickup.state !== 'inProgress') {
    throw new Refusal('InvalidState', `Pick-up ${pickup.id} ${words[pickup.state]} before.`);
  }
};

/** The plate stays, so its job is printed again. */
const returnJob = async (tx: Transaction, pickup: Pickup, step: Step): Promise<void> => {
  const job = await unlessUnreadable(tx.get('jobs', pickup.jobId));
  if (job?.status === 'pickupIssued') tx.put('jobs', advance(job, 'printed', step));
};

/** The arm is out and the plate is gone: the next print may start at once. */
export const createConfirmPickup =
  ({ commit, clock }: ApplicationDeps): Application['confirmPickup'] =>
  async (actor, pickupId, storageLocation) => {
    const place = checkedText('StorageLocation', storageLocation, 80);
    return commit({ actor: actor.accountId }, async tx => {
      const pickup = await findActorPickup(tx, actor, 'ConfirmPickup', pickupId);
      if (pickup.state === 'confirmed' && pickup.storageLocation === place) return { jobId: pickup.jobId };
      checkInProgress(pickup);
      const step: Step = { time: clock.now().toISOString(), actor: actor.accountId };
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

/** The plate is still there and a person is needed: no robot is offered it until staff have decided. */
export const createReportPickupFailed =
  ({ commit, clock }: ApplicationDeps): Application['reportPickupFailed'] =>
  async (actor, pickupId, reason) => {
    const why = checkedText('Reason', reason, MAX_REASON);
    await commit({ actor: actor.accountId, reason: why }, async tx => {
      const pickup = await findActorPickup(tx, actor, 'ReportPickupFailed', pickupId);
      if (pickup.state === 'failed') return;
      checkInProgress(pickup);
      const step: Step = { time: clock.now().toISOString(), actor: actor.accountId, reason: why };
      tx.put('pickups', { ...pickup, state: 'failed', reason: why, endTime: step.time });
      const bed = await bedOfPickup(tx, pickup);
      if (bed !== undefined) tx.put('beds', endClearing(bed, true, step.time));
      await returnJob(tx, pickup, { ...step, reason: `Pick-up ${pickup.id} failed${why && `: ${why}`}.` });
    });
  };

/** The plate is offered again; after a failed pick-up that is for staff to say. */
export const createReleasePickup =
  ({ commit, clock }: ApplicationDeps): Application['releasePickup'] =>
  async (actor, pickupId, reason) => {
    const why = checkedText('Reason', reason, MAX_REASON);
    await commit({ actor: actor.accountId, reason: why }, async tx => {
      const pickup = await findActorPickup(tx, actor, 'ReleasePickup', pickupId);
      if (pickup.state === 'released') return;
      const step: Step = { time: clock.now().toISOString(), actor: actor.accountId, reason: why };
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
