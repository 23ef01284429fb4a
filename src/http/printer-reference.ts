import type { Application, PrinterView } from '../app/application.ts';
import { Refusal } from '../domain/refusal.ts';

const isNumber = (reference: string): boolean => /^[1-9]\d{0,9}$/.test(reference);

/** @throws Refusal NotFound */
export const printerByNumber = async (application: Application, reference: string): Promise<PrinterView> => {
  const views = isNumber(reference) ? await application.findPrinters() : [];
  const view = views.find(({ printer }) => printer.id === Number(reference));
  if (view) return view;
  throw new Refusal('NotFound', 'printer not exist');
};

/** A printer's name from its number; whatever is no printer's number is left as it is, and so is a name. */
export const printerName = async (application: Application, reference: string): Promise<string> => {
  if (!isNumber(reference)) return reference;
  const views = await application.findPrinters();
  return views.find(({ printer }) => printer.id === Number(reference))?.printer.name ?? reference;
};

/** The printers' numbers by name. */
export const printerNumbers = async (application: Application): Promise<ReadonlyMap<string, number>> => {
  const views = await application.findPrinters();
  return new Map(views.map(({ printer }) => [printer.name, printer.id]));
};
