import type { Reader, RowChange } from '../../app/ports.ts';
import type { Bed } from '../../domain/bed.ts';
import type { Job } from '../../domain/job.ts';
import { onPrinterStatuses } from '../../domain/job-status.ts';
import type { Pickup } from '../../domain/pickup.ts';
import type { Printer, PrinterFacts as StoredFacts } from '../../domain/printer.ts';
import { jobToFollow } from '../../domain/reconcile.ts';

/** What the store knows of a printer and its nodes show. */
export interface PrinterFacts extends StoredFacts {
  readonly job: Job | undefined;
}

export interface PrinterFactsBook {
  load(reader: Reader): Promise<void>;
  /** @returns the names of the printers that it concerns */
  apply(change: RowChange): readonly string[];
  /** Undefined for a printer that is unknown or removed. */
  get(printer: string): PrinterFacts | undefined;
  names(): readonly string[];
}

const isOnPrinter = (job: Job): boolean => job.printer !== '' && onPrinterStatuses.includes(job.status);

export const createPrinterFacts = (): PrinterFactsBook => {
  const printers = new Map<string, Printer>();
  const beds = new Map<string, Bed>();
  /** Ascending by id. */
  const jobs = new Map<string, readonly Job[]>();
  /** Those under way, or else the failed one. */
  const pickups = new Map<string, readonly Pickup[]>();

  const putPrinter = (printer: Printer): void => {
    if (printer.removed) printers.delete(printer.name);
    else printers.set(printer.name, printer);
  };

  const jobsBut = ({ id, printer }: Job): readonly Job[] =>
    (jobs.get(printer) ?? []).filter(job => job.id !== id);

  const putJob = (job: Job): void => {
    jobs.set(
      job.printer,
      [...jobsBut(job), job].sort((left, right) => left.id - right.id),
    );
  };

  const putPickup = (pickup: Pickup): void => {
    const others = (pickups.get(pickup.printer) ?? []).filter(
      ({ id, state }) => id !== pickup.id && state === 'inProgress',
    );
    const isOver = pickup.state === 'confirmed' || pickup.state === 'released';
    pickups.set(pickup.printer, isOver ? others : [...others, pickup]);
  };

  const changeJob = (before: Job | undefined, after: Job | undefined): readonly string[] => {
    const concerned = new Set<string>();
    if (before !== undefined && isOnPrinter(before)) {
      jobs.set(before.printer, jobsBut(before));
      concerned.add(before.printer);
    }
    if (after !== undefined && isOnPrinter(after)) {
      putJob(after);
      concerned.add(after.printer);
    }
    return [...concerned];
  };

  return {
    async load(reader) {
      for (const printer of await reader.find('printers')) putPrinter(printer);
      for (const bed of await reader.find('beds')) beds.set(bed.printer, bed);
      for (const job of await reader.find('jobs', { where: { status: onPrinterStatuses } })) {
        putJob(job);
      }
      for (const bed of beds.values()) {
        const failed = bed.needsPerson ? await reader.get('pickups', bed.pickupId) : undefined;
        if (failed !== undefined) putPickup(failed);
      }
      for (const hold of await reader.find('pickups', { where: { state: 'inProgress' } })) putPickup(hold);
    },
    apply({ collection, before, after }) {
      switch (collection) {
        case 'printers':
          if (after === undefined) return [];
          putPrinter(after);
          return [after.name];
        case 'beds':
          if (after === undefined) return [];
          beds.set(after.printer, after);
          return [after.printer];
        case 'jobs':
          return changeJob(before, after);
        case 'pickups':
          if (after === undefined) return [];
          putPickup(after);
          return [after.printer];
        default:
          return [];
      }
    },
    get(name) {
      const printer = printers.get(name);
      const bed = beds.get(name);
      if (printer === undefined || bed === undefined) return undefined;
      const known = pickups.get(name) ?? [];
      const hold = known.find(({ state }) => state === 'inProgress');
      const failed = bed.needsPerson ? known.find(({ id }) => id === bed.pickupId) : undefined;
      return { printer, bed, job: jobToFollow(jobs.get(name) ?? []), pickup: hold ?? failed };
    },
    names: () => [...printers.keys()],
  };
};
