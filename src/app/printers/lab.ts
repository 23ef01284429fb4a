import type { Bed } from '../../domain/bed.ts';
import type { Seat } from '../../domain/dispatch.ts';
import type { Job } from '../../domain/job.ts';
import { onPrinterStatuses } from '../../domain/job-status.ts';
import { notReadyReason, type Printer } from '../../domain/printer.ts';
import type { LiveValues, Reader } from '../ports.ts';
import { lostBed } from './find-printer.ts';

/** A printer with its bed, the job on it, and what keeps it from taking another. */
export interface Place extends Seat {
  readonly bed: Bed;
  readonly job: Job | undefined;
}

/** The printers of the lab as they stand, in the order of their ids: read once, used for many jobs. */
export interface Lab {
  readonly places: readonly Place[];
  /** Every job on a printer. */
  readonly onPrinters: readonly Job[];
}

export const placeOf = (
  printer: Printer,
  bed: Bed,
  job: Job | undefined,
  live: Pick<LiveValues, 'read'>,
): Place => ({
  printer,
  bed,
  job,
  notReady: notReadyReason(printer, bed, live.read(printer.name), job?.id ?? 0),
});

/** @throws Error when the store lost a bed: a printer that silently vanished would be looked for in the wrong place */
export const readLab = async (reader: Reader, live: Pick<LiveValues, 'read'>): Promise<Lab> => {
  const [printers, beds, onPrinters] = await Promise.all([
    reader.find('printers', { where: { removed: false } }),
    reader.find('beds'),
    reader.find('jobs', { where: { status: onPrinterStatuses } }),
  ]);
  const bedOf = new Map(beds.map(bed => [bed.id, bed]));
  const jobOn = new Map(onPrinters.map(job => [job.printer, job]));
  const places = printers.map(printer => {
    const bed = bedOf.get(printer.id);
    if (bed === undefined) throw lostBed(printer.name);
    return placeOf(printer, bed, jobOn.get(printer.name), live);
  });
  return { places, onPrinters };
};
