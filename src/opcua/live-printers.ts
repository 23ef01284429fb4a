import type { LiveValues, Log } from '../app/ports.ts';
import type { PrinterSnapshot } from '../domain/printer.ts';

/**
 * The latest snapshot of each printer, typed, beside the nodes that `installPrinterNodes` binds to it: nobody has to
 * decode Variants to read a live value, and workers may write before the address space is there.
 */
export const createLivePrinters = (log: Log): LiveValues => {
  const snapshots = new Map<string, PrinterSnapshot>();
  const listeners = new Set<(printer: string, snapshot: PrinterSnapshot) => void>();

  return {
    write(printer, snapshot) {
      snapshots.set(printer, snapshot);
      for (const listener of listeners) {
        try {
          listener(printer, snapshot);
        } catch (error) {
          // The worker that writes has no part in what a listener makes of it.
          log.error({ err: error, printer }, 'A listener of live values failed');
        }
      }
    },
    read: printer => snapshots.get(printer),
    onChange(listener) {
      const own: typeof listener = (printer, snapshot) => listener(printer, snapshot);
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
  };
};
