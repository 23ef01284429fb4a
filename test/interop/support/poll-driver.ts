import type { PrinterDriver } from '../../../src/app/ports.ts';
import type { PrinterSnapshot, PrinterState } from '../../../src/domain/printer.ts';
import { until } from '../../support/until.ts';

const never = new AbortController().signal;

/** Reads until the printer is in that state. */
export const waitForState = async (
  driver: PrinterDriver,
  state: PrinterState,
  timeout = 30_000,
): Promise<PrinterSnapshot> => {
  let last: PrinterSnapshot | undefined;
  try {
    return await until(
      `the printer to be ${state}`,
      async () => {
        last = await driver.read(never);
        return last.state === state && last;
      },
      { timeout },
    );
  } catch (error) {
    throw new Error(`The printer is ${JSON.stringify(last)} instead of ${state}.`, { cause: error });
  }
};
