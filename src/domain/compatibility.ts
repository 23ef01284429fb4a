import type { BedSize, GcodeFile } from './gcode-file.ts';
import type { Printer, PrinterApi } from './printer.ts';

/** Asked before any driver is made, so it stands here and not among a driver's capabilities. */
const takesBgcode: readonly PrinterApi[] = ['PrusaLink', 'Mock'];

/** Words that people write before a model and slicers leave out. */
const makers = /\b(original|prusa|i3)\b/g;

const normalise = (model: string): string =>
  model
    .toLowerCase()
    .replace(makers, '')
    .replace(/[^a-z0-9]/g, '');

/**
 * Whether two names mean the same printer model: slicers write `XL4IS` or `MK4S` where people write
 * `Original Prusa XL`; only names of which one contains the other are taken as the same.
 */
export const sameModel = (left: string, right: string): boolean => {
  const a = normalise(left);
  const b = normalise(right);
  return a === b || a.includes(b) || b.includes(a);
};

/** Slicers round, and a millimetre at the edge is never printed on. In mm. */
const BED_TOLERANCE = 1;

const fitsOn = (wanted: BedSize, bed: BedSize): boolean =>
  wanted.width <= bed.width + BED_TOLERANCE && wanted.depth <= bed.depth + BED_TOLERANCE;

/** Why the printer can never run the file as it is set up now; '' when it can. Unknown facts exclude nothing. */
export const incompatibleReason = (file: GcodeFile, printer: Printer): string => {
  if (file.kind === 'bgcode' && !takesBgcode.includes(printer.api)) {
    return `${printer.name} (${printer.api}) cannot print binary g-code.`;
  }
  const { printerModel, nozzleDiameter, bedSize } = file.metadata;
  if (printerModel && printer.model && !sameModel(printerModel, printer.model)) {
    return `The file is sliced for ${printerModel}, ${printer.name} is a ${printer.model}.`;
  }
  if (nozzleDiameter && printer.nozzleDiameter && Math.abs(nozzleDiameter - printer.nozzleDiameter) > 0.01) {
    return `The file wants a ${nozzleDiameter} mm nozzle, ${printer.name} has ${printer.nozzleDiameter} mm.`;
  }
  if (bedSize && printer.bedSize && !fitsOn(bedSize, printer.bedSize)) {
    const { width, depth } = bedSize;
    return `The file wants a bed of ${width} x ${depth} mm, ${printer.name} has ${printer.bedSize.width} x ${printer.bedSize.depth} mm.`;
  }
  return '';
};

/** Whether a job's wish (`''`, a printer's name or `group:NAME`) allows the printer. */
export const isWanted = (wanted: string, printer: Printer): boolean => {
  if (wanted === '') return true;
  if (wanted.startsWith('group:')) return printer.group.toLowerCase() === wanted.slice(6).toLowerCase();
  return printer.nameKey === wanted.toLowerCase();
};
