import type { BegunPickup, PrinterView } from '../../app/application.ts';
import type { BegunPickupJson, PickupJson } from '../../contract/pickup.ts';
import { isOverdue, plateOf } from '../../domain/pickup.ts';

export const begunPickupJson = (begun: BegunPickup): BegunPickupJson => ({
  id: begun.pickupId,
  printer: begun.printer,
  job_id: begun.jobId || null,
  content: begun.content,
});

/** The plate of a printer that waits or is being taken; undefined when there is nothing to take. */
export const pickupJson = ({ printer, bed, pickup }: PrinterView): PickupJson | undefined => {
  const { state, pickupId, jobId, content, robot, since } = plateOf(bed, pickup);
  if (state === 'none') return undefined;
  return {
    id: pickupId || null,
    state,
    printer: printer.name,
    job_id: jobId || null,
    content,
    robot: robot || null,
    since,
    overdue: isOverdue(pickup),
  };
};
