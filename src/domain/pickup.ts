import { awaitsPickup, type Bed, type BedContent } from './bed.ts';

export type PickupState = 'inProgress' | 'confirmed' | 'failed' | 'released';

/** One robot's hold of one plate, and so of its printer, whatever the bed becomes meanwhile. A hold never ends by itself, since the arm may be inside. */
export interface Pickup {
  readonly id: number;
  readonly state: PickupState;
  readonly printer: string;
  /** The job whose part lies there; 0 for a foreign or unknown plate. */
  readonly jobId: number;
  readonly content: BedContent;
  readonly robot: string;
  /** The account that began it: with the robot's name the holder's identity. */
  readonly account: string;
  readonly storageLocation: string;
  /** Why it failed or was released. */
  readonly reason: string;
  readonly beginTime: string;
  readonly endTime: string | null;
  /** When it was reported as held for too long; absent as long as it is not. */
  readonly overdueTime?: string;
}

/** A robot still holds the plate, and it was reported that it does so for too long. */
export const isOverdue = (pickup: Pickup | undefined): pickup is Pickup & { readonly overdueTime: string } =>
  pickup?.state === 'inProgress' && pickup.overdueTime !== undefined;

const MINUTE = 60_000;

/** Why a printer is not ready whose plate is held for too long; '' for any other pick-up. */
export const overdueReason = (pickup: Pickup | undefined, now: Date): string => {
  if (!isOverdue(pickup)) return '';
  const minutes = Math.floor((now.getTime() - Date.parse(pickup.beginTime)) / MINUTE);
  const long = minutes < 1 ? 'too long' : `${minutes} minute${minutes === 1 ? '' : 's'}`;
  return `Robot ${pickup.robot} has held the plate for ${long}: an operator must look, then release pick-up ${pickup.id}.`;
};

/** Ended pick-ups that are remembered, so that a repeated call gets its first answer. */
export const KEPT_PICKUPS = 1000;

/** Pickup/State of a printer: 0 none, 1 requested, 2 in progress, 3 failed: needs a person. */
export const pickupStateCodes = { none: 0, requested: 1, inProgress: 2, failed: 3 } as const;

/** What is told of the plate on a printer. */
export interface Plate {
  readonly state: keyof typeof pickupStateCodes;
  /** Under way or failed; 0 for none. */
  readonly pickupId: number;
  readonly jobId: number;
  readonly content: BedContent;
  readonly robot: string;
  /** ISO 8601, UTC; '' while there is no plate to take. */
  readonly since: string;
}

const noPlate: Plate = { state: 'none', pickupId: 0, jobId: 0, content: 'none', robot: '', since: '' };

/** @param pickup the one under way on the printer, else the failed one of the bed */
export const plateOf = (bed: Bed, pickup: Pickup | undefined): Plate => {
  const robot = pickup?.robot ?? '';
  const { pickupId, jobId, content, since } = bed;
  if (pickup?.state === 'inProgress' && pickup.id !== pickupId) {
    // Another print has taken the bed.
    return {
      state: 'inProgress',
      pickupId: pickup.id,
      jobId: pickup.jobId,
      content: pickup.content,
      robot,
      since: pickup.beginTime,
    };
  }
  if (bed.state === 'beingCleared') return { state: 'inProgress', pickupId, jobId, content, robot, since };
  if (bed.state !== 'occupied') return noPlate;
  return { state: awaitsPickup(bed) ? 'requested' : 'failed', pickupId, jobId, content, robot, since };
};
