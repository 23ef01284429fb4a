import type { Bed } from '../../domain/bed.ts';
import { isWanted } from '../../domain/compatibility.ts';
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

/**
 * Each once, in the order of the references: names, or `group:NAME` for all of a group.
 * @throws Refusal NotFound for an unknown or removed printer, and a group without any
 */
export const findPrinters = async (
  reader: Reader,
  references: readonly string[],
): Promise<readonly Printer[]> => {
  const found = new Map<number, Printer>();
  for (const reference of references) {
    const printers = reference.startsWith('group:')
      ? await printersOf(reader, reference)
      : [await findPrinter(reader, reference)];
    for (const printer of printers) found.set(printer.id, printer);
  }
  return [...found.values()];
};

const printersOf = async (reader: Reader, group: string): Promise<readonly Printer[]> => {
  const all = await reader.find('printers', { where: { removed: false } });
  const members = all.filter(printer => isWanted(group, printer));
  if (members.length > 0) return members;
  const name = JSON.stringify(group.slice('group:'.length).slice(0, 80));
  throw new Refusal(
    'NotFound',
    `There is no printer in a group ${name}: GET /api/v1/printers names the groups.`,
  );
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
