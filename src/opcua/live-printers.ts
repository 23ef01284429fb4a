import type { LiveValues, Log } from '../app/ports.ts';
import type { PrinterSnapshot } from '../domain/printer.ts';

/**
 * The latest snapshot of each printer, typed, beside the nodes that `installPrinterNodes` binds to it: nobody has to
 * decode Variants to read a live value, and workers may write before the address space is there.
 */
export const createLivePrinters = (log: Log): LiveValues => {
  const snapshots = new Map<string, PrinterSnapshot>();
  const listeners = new Map<symbol, Parameters<LiveValues['onChange']>>();

  return {
    write(printer, snapshot) {
      snapshots.set(printer, snapshot);
      for (const [name, listener] of listeners.values()) {
        try {
          listener(printer, snapshot);
        } catch (error) {
          // The worker that writes has no part in what a listener makes of it.
          log.error({ err: error, listener: name, printer }, 'A listener of live values failed');
        }
      }
    },
    read: printer => snapshots.get(printer),
    onChange(name, listener) {
      const key = Symbol(name);
      listeners.set(key, [name, listener]);
      return () => {
        listeners.delete(key);
      };
    },
  };
};
