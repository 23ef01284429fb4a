import type { Log, PrinterDriver } from '../app/ports.ts';
import { DriverError } from '../app/ports.ts';

const MAX_TRIES = 5;
/** More than any printer collects: bounds the memory. */
const MAX_WAITING = 100;

/** Files on a printer that are not needed any more, since the outcome of their print is stored. */
export interface Cleaning {
  add(file: string): void;
  /** Removes at most one, best effort. */
  removeNext(signal: AbortSignal): Promise<void>;
}

export const createCleaning = ({ driver, log }: { driver: PrinterDriver; log: Log }): Cleaning => {
  const tries = new Map<string, number>();

  return {
    add(file) {
      if (file !== '' && tries.size < MAX_WAITING) tries.set(file, 0);
    },
    async removeNext(signal) {
      const [next] = tries;
      if (next === undefined) return;
      const [file, tried] = next;
      tries.delete(file);
      try {
        await driver.remove(file, signal);
      } catch (error) {
        if (!(error instanceof DriverError)) throw error;
        if (tried + 1 < MAX_TRIES) tries.set(file, tried + 1);
        else log.warn({ file, reason: error.message }, 'A printed file stays on the printer');
      }
    },
  };
};
