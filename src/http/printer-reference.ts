import type { Application, PrinterView } from '../app/application.ts';
import { Refusal } from '../domain/refusal.ts';

const isNumber = (reference: string): boolean => /^[1-9]\d{0,9}$/.test(reference);

/** Undefined when it is no printer's; a printer may also be called like a number, which comes second. */
const nameOfNumber = async (application: Application, reference: string): Promise<string | undefined> => {
  const numbers = await application.printerNumbers();
  const found = [...numbers].find(([, number]) => number === Number(reference))?.[0];
  return found ?? (numbers.has(reference) ? reference : undefined);
};

/**
 * The printer of that number, else of that name.
 * @throws Refusal NotFound, for a removed printer too
 */
export const referredPrinter = async (application: Application, reference: string): Promise<PrinterView> => {
  if (!isNumber(reference)) return application.getPrinter(reference);
  const name = await nameOfNumber(application, reference);
  if (name === undefined)
    throw new Refusal('NotFound', 'printer not exist: GET /api/v1/printers lists those that do.');
  return application.getPrinter(name);
};

/** A printer's name from its number; whatever is no printer's number is left as it is, and so is a name. */
export const printerName = async (application: Application, reference: string): Promise<string> =>
  (isNumber(reference) ? await nameOfNumber(application, reference) : undefined) ?? reference;
