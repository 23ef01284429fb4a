import { elapsed } from '../app/elapsed.ts';
import type { FollowContext } from '../app/follow-print/context.ts';
import { identified, unidentifiable } from '../app/follow-print/learn.ts';
import type { Log, PrinterDriver, PrinterIdentity } from '../app/ports.ts';
import { DriverError } from '../app/ports.ts';
import type { Printer } from '../domain/printer.ts';

/** How long a printer may take to tell all of itself. In ms. */
const PATIENCE = 5_000;
/** In ms. */
const FIRST_BACK_OFF = 5_000;
const LONGEST_BACK_OFF = 10 * 60_000;
/** Tries in a row until a printer counts as one that does not tell what it is, and may print all the same. */
const MAX_TRIES = 5;

/** Asks a printer what it is, once it answers and as long as that is not known over its connection. */
export interface Identification {
  /** Of a printer that was just read. @returns whether what is stored of it may have changed */
  ask(row: Printer, stop: AbortSignal): Promise<boolean>;
  /** Another machine may answer when it comes back: it is asked at once. */
  lost(): void;
}

export interface IdentificationDeps {
  readonly context: FollowContext;
  readonly driver: Pick<PrinterDriver, 'identify'>;
  readonly log: Log;
}

export const createIdentification = ({ context, driver, log }: IdentificationDeps): Identification => {
  let failures = 0;
  let nextTry = 0;

  const now = (): number => elapsed(context.clock);

  const identify = async (stop: AbortSignal): Promise<PrinterIdentity> => {
    const late = new DriverError('unreachable', `It did not tell what it is within ${PATIENCE / 1000} s.`);
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(late), PATIENCE);
    try {
      return await driver.identify(AbortSignal.any([stop, abort.signal]));
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    async ask(row, stop) {
      if (row.api === 'Mock' || row.identified === 'told' || now() < nextTry) return false;
      let identity: PrinterIdentity;
      try {
        identity = await identify(stop);
      } catch (error) {
        if (stop.aborted || !(error instanceof DriverError)) throw error;
        failures += 1;
        nextTry = now() + Math.min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2 ** Math.min(10, failures - 1));
        if (failures === 1) log.warn({ reason: error.message }, 'The printer does not tell what it is');
        if (failures < MAX_TRIES || row.identified !== undefined) return false;
        await unidentifiable(context, row);
        return true;
      }
      await identified(context, row, identity);
      log.info({ software: identity.software, model: identity.model }, 'The printer is identified');
      failures = 0;
      return true;
    },
    lost() {
      nextTry = 0;
    },
  };
};
