import type { Application, PrinterView } from '../app/application.ts';
import { Refusal } from '../domain/refusal.ts';

/** Undefined when the text is not a printer's number. */
const nameOfNumber = async (application: Application, reference: string): Promise<string | undefined> => {
  if (!/^[1-9]\d{0,9}$/.test(reference)) return undefined;
  const numbers = await application.printerNumbers();
  return [...numbers].find(([, number]) => number === Number(reference))?.[0];
};

/** @throws Refusal NotFound, for a removed printer too */
export const printerByNumber = async (application: Application, reference: string): Promise<PrinterView> => {
  const name = await nameOfNumber(application, reference);
  if (name === undefined)
    throw new Refusal('NotFound', 'printer not exist: GET /api/v1/printers lists those that do.');
  return application.getPrinter(name);
};

/** A printer's name from its number; whatever is no printer's number is left as it is, and so is a name. */
export const printerName = async (application: Application, reference: string): Promise<string> =>
  (await nameOfNumber(application, reference)) ?? reference;
