import type { Bed } from '../../domain/bed.ts';
import type { Printer } from '../../domain/printer.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Reader } from '../ports.ts';

/** The row of that name, ignoring case, also of a removed printer. */
export const printerRow = async (reader: Reader, name: string): Promise<Printer | undefined> =>
  (await reader.find('printers', { where: { nameKey: name.toLowerCase() }, limit: 1 }))[0];

/** @throws Refusal NotFound for an unknown or removed printer */
export const findPrinter = async (reader: Reader, name: string): Promise<Printer> => {
  const printer = await printerRow(reader, name);
  if (printer === undefined || printer.removed) throw noPrinter(name);
  return printer;
};

export const noPrinter = (name: string): Refusal =>
  new Refusal('NotFound', `There is no printer ${JSON.stringify(name.slice(0, 80))}.`);

/** @throws Error when the store lost it: every printer is added together with its bed */
export const findBed = async (reader: Reader, printer: Printer): Promise<Bed> => {
  const bed = await reader.get('beds', printer.id);
  if (bed === undefined) throw lostBed(printer.name);
  return bed;
};

export const lostBed = (printer: string): Error => new Error(`The store has no bed of ${printer}.`);
