import type { Reader, RowChange } from '../../../app/ports.ts';
import type { Job } from '../../../domain/job.ts';
import { noOperation, type PrinterOperation, runningSince } from '../../../domain/operation.ts';
import { isOnline, type Printer, type PrinterSnapshot } from '../../../domain/printer.ts';

/** What the store knows of a printer as a machine. */
export interface MachineFacts {
  readonly printer: Printer;
  readonly operation: PrinterOperation;
  /** Since when it prints without a pause, in ms since 1970; undefined while it does not. */
  readonly runningSince: number | undefined;
}

/**
 * The run that is under way counts as far as the printer was seen since: what is stored of it when it ends is not less.
 * @returns ms; undefined while a run is under way and the printer does not answer
 */
export const durationOf = (
  { operation, runningSince: since }: MachineFacts,
  snapshot: PrinterSnapshot | undefined,
): number | undefined => {
  if (since === undefined) return operation.duration;
  if (snapshot === undefined || !isOnline(snapshot.state)) return undefined;
  return operation.duration + Math.max(0, Date.parse(snapshot.time) - since);
};

export interface MachineFactsBook {
  load(reader: Reader): Promise<void>;
  /** @returns the name of the printer that it concerns */
  apply(change: RowChange): string | undefined;
  /** Undefined for a printer that is unknown or removed. */
  get(printer: string): MachineFacts | undefined;
}

export const createMachineFacts = (): MachineFactsBook => {
  const printers = new Map<string, Printer>();
  const operations = new Map<string, PrinterOperation>();
  /** The job that prints on a printer. */
  const runs = new Map<string, { readonly job: number; readonly since: number }>();

  const putPrinter = (printer: Printer): void => {
    if (!printer.removed) printers.set(printer.name, printer);
    else {
      printers.delete(printer.name);
      operations.delete(printer.name);
      runs.delete(printer.name);
    }
  };

  const putJob = (job: Job): void => {
    const since = runningSince(job);
    if (since !== undefined) runs.set(job.printer, { job: job.id, since });
    else if (runs.get(job.printer)?.job === job.id) runs.delete(job.printer);
  };

  return {
    async load(reader) {
      for (const printer of await reader.find('printers', { where: { removed: false } })) putPrinter(printer);
      for (const operation of await reader.find('operation')) operations.set(operation.id, operation);
      for (const job of await reader.find('jobs', { where: { status: 'printing' } })) putJob(job);
    },
    apply({ collection, before, after }) {
      if (after === undefined) return undefined;
      switch (collection) {
        case 'printers':
          putPrinter(after);
          return after.name;
        case 'operation':
          operations.set(after.id, after);
          return after.id;
        case 'jobs':
          if (before?.status !== 'printing' && after.status !== 'printing') return undefined;
          putJob(after);
          return after.printer;
        default:
          return undefined;
      }
    },
    get(name) {
      const printer = printers.get(name);
      if (printer === undefined) return undefined;
      return {
        printer,
        operation: operations.get(name) ?? noOperation(name),
        runningSince: runs.get(name)?.since,
      };
    },
  };
};
