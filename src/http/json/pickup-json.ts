import type { BegunPickup, WaitingPlate } from '../../app/application.ts';
import type { BegunPickupJson, PickupJson } from '../../contract/pickup.ts';

export const begunPickupJson = (begun: BegunPickup): BegunPickupJson => ({
  id: begun.pickupId,
  printer: begun.printer,
  job_id: begun.jobId || null,
  content: begun.content,
});

export const pickupJson = (plate: WaitingPlate): PickupJson => ({
  id: plate.pickupId || null,
  state: plate.state,
  printer: plate.printer,
  job_id: plate.jobId || null,
  content: plate.content,
  robot: plate.robot || null,
  since: plate.since,
  overdue: plate.overdue,
});
