import type { Bed } from '../../domain/bed.ts';
import type { Job } from '../../domain/job.ts';
import { onPrinterStatuses } from '../../domain/job-status.ts';
import type { Pickup } from '../../domain/pickup.ts';
import { isHeatingUp, notReadyReason, type Printer, type PrinterFacts } from '../../domain/printer.ts';
import { jobToFollow } from '../../domain/reconcile.ts';
import type { Seat } from '../../domain/suitability.ts';
import type { ApplicationDeps } from '../deps.ts';
import { holdOn } from '../pickups/hold-on.ts';
import type { Reader } from '../ports.ts';
import { findBed, lostBed } from './find-printer.ts';
import { unanswered } from './unanswered.ts';

/** A printer with its bed, the job and the pick-up on it, and what keeps it from taking another job. */
export interface Place extends PrinterFacts, Seat {
  readonly job: Job | undefined;
  /** Since when it has not been reached, when it is tried again, and why; '' while it is. */
  readonly unreachable: string;
  /** What the printer asks of a person during a print, in its own words; '' for nothing. */
  readonly attention: string;
  /** It heats up, or is about to. */
  readonly isHeating: boolean;
}

/** The printers of the lab as they stand, in the order of their ids: read once, used for many jobs. */
export interface Lab {
  readonly places: readonly Place[];
  /** Every job on a printer. */
  readonly onPrinters: readonly Job[];
}

type Now = Pick<ApplicationDeps, 'live' | 'clock'>;

const placeOf = (
  { live, clock }: Now,
  printer: Printer,
  bed: Bed,
  jobs: readonly Job[],
  pickup: Pickup | undefined,
): Place => {
  const facts = { printer, bed, job: jobToFollow(jobs), pickup };
  const snapshot = live.read(printer.name);
  const begins = facts.job?.status === 'scheduled' || facts.job?.status === 'starting';
  return {
    ...facts,
    notReady: notReadyReason(facts, snapshot, clock.now()),
    isAtWork: facts.job !== undefined && facts.job.status !== 'unknown',
    filament: snapshot?.filament ?? null,
    unreachable: unanswered(printer.name, snapshot),
    attention: snapshot?.state === 'attention' ? snapshot.message || 'look at its screen' : '',
    isHeating: begins || (snapshot !== undefined && isHeatingUp(snapshot)),
  };
};

const failedOn = async (reader: Reader, { pickupId, needsPerson }: Bed): Promise<Pickup | undefined> =>
  needsPerson ? reader.get('pickups', pickupId) : undefined;

/** One printer as it stands, also inside a transaction. */
export const readPlace = async (now: Now, reader: Reader, printer: Printer): Promise<Place> => {
  const bed = await findBed(reader, printer);
  const jobs = await reader.find('jobs', { where: { printer: printer.name, status: onPrinterStatuses } });
  const pickup = (await holdOn(reader, printer.name)) ?? (await failedOn(reader, bed));
  return placeOf(now, printer, bed, jobs, pickup);
};

/** @throws Error when the store lost a bed: a printer that silently vanished would be looked for in the wrong place */
export const readLab = async ({ store, ...now }: Now & Pick<ApplicationDeps, 'store'>): Promise<Lab> => {
  const [printers, beds, onPrinters, holds] = await Promise.all([
    store.find('printers', { where: { removed: false } }),
    store.find('beds'),
    store.find('jobs', { where: { status: onPrinterStatuses } }),
    store.find('pickups', { where: { state: 'inProgress' } }),
  ]);
  const bedOf = new Map(beds.map(bed => [bed.id, bed]));
  const jobsOn = Map.groupBy(onPrinters, job => job.printer);
  const holdOf = new Map(holds.map(hold => [hold.printer, hold]));
  const places: Place[] = [];
  for (const printer of printers) {
    const bed = bedOf.get(printer.id);
    if (bed === undefined) throw lostBed(printer.name);
    const pickup = holdOf.get(printer.name) ?? (await failedOn(store, bed));
    places.push(placeOf(now, printer, bed, jobsOn.get(printer.name) ?? [], pickup));
  }
  return { places, onPrinters };
};
