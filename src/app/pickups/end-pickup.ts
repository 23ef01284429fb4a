import { advance, type Step } from '../../domain/job.ts';
import type { Pickup, PickupState } from '../../domain/pickup.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Transaction } from '../ports.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';

const words: Readonly<Record<PickupState, string>> = {
  inProgress: 'is in progress',
  confirmed: 'was confirmed',
  failed: 'failed',
  released: 'was released',
};

/** @throws Refusal InvalidState when it has ended */
export const checkInProgress = (pickup: Pickup): void => {
  if (pickup.state !== 'inProgress') {
    throw new Refusal('InvalidState', `Pick-up ${pickup.id} ${words[pickup.state]} before.`);
  }
};

/** The plate stays, so its job is printed again. */
export const returnJob = async (tx: Transaction, pickup: Pickup, step: Step): Promise<void> => {
  const job = await unlessUnreadable(tx.get('jobs', pickup.jobId));
  if (job?.status === 'pickupIssued') tx.put('jobs', advance(job, 'printed', step));
};
