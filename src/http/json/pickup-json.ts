import type { BegunPickup, PrinterView } from '../../app/application.ts';
import type { BegunPickupJson, PickupJson } from '../../contract/pickup.ts';
import { isOverdue } from '../../domain/pickup.ts';

export const begunPickupJson = (begun: BegunPickup): BegunPickupJson => ({
  id: begun.pickupId,
  printer: begun.printer,
  job_id: begun.jobId || null,
  content: begun.content,
});

/** The plate of a printer that waits or is being taken; undefined when there is nothing to take. */
export const pickupJson = ({ printer, bed, pickup }: PrinterView): PickupJson | undefined => {
  if (bed.state !== 'occupied' && bed.state !== 'beingCleared') return undefined;
  const waiting = bed.pickupFailed ? 'failed' : 'requested';
  return {
    id: bed.pickupId || null,
    state: bed.state === 'beingCleared' ? 'inProgress' : waiting,
    printer: printer.name,
    job_id: bed.jobId || null,
    content: bed.content,
    robot: pickup?.robot || null,
    since: bed.since,
    overdue: isOverdue(pickup),
  };
};
