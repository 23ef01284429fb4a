import type { BedSize, GcodeFile } from './gcode-file.ts';
import type { Printer } from './printer.ts';
import { printerKinds } from './printer-kinds.ts';
import { sameModel } from './printer-model.ts';

const takesBgcode = ({ api, takesBgcode: told }: Printer): boolean => told ?? printerKinds[api].bgcode;

/** Slicers round, and a millimetre at the edge is never printed on. In mm. */
const BED_TOLERANCE = 1;

const fitsOn = (wanted: BedSize, bed: BedSize): boolean =>
  wanted.width <= bed.width + BED_TOLERANCE && wanted.depth <= bed.depth + BED_TOLERANCE;

/** As it is read aloud: `an Original Prusa`, `an MK4`, `a MINI`, `a Voron`. */
const withArticle = (model: string): string =>
  /^(?:[AEIOaeio]|[FHLMNRSX][B-DF-HJ-NP-TV-Z\d])/.test(model) ? `an ${model}` : `a ${model}`;

/** Why the printer can never run the file as it is set up now; '' when it can. Unknown facts exclude nothing. */
export const incompatibleReason = (file: GcodeFile, printer: Printer): string => {
  if (file.kind === 'bgcode' && !takesBgcode(printer)) {
    return `${printer.name} (${printer.api}) cannot print binary g-code: export plain .gcode.`;
  }
  const { printerModel, nozzleDiameter, bedSize } = file.metadata;
  if (printerModel && printer.model && !sameModel(printerModel, printer.model)) {
    return `The file is sliced for ${printerModel}, ${printer.name} is ${withArticle(printer.model)}.`;
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

/** Whether a job's wish allows the printer, in a lab of certain printers. */
export type Wish = (wanted: string, printer: Printer) => boolean;

/**
 * No part must be "printed" by a simulated printer that somebody waits for: it takes a job only if all printers that
 * the job allows are simulated, such as one that it names, a group of such alone, or a lab of such alone.
 * @param printers of the whole lab
 */
export const createWish = (printers: readonly Printer[]): Wish => {
  const real = printers.filter(({ api, removed }) => api !== 'Mock' && !removed);
  const groups = new Set(real.map(({ group }) => group.toLowerCase()));
  return (wanted, printer) => {
    if (!isWanted(wanted, printer)) return false;
    if (printer.api !== 'Mock') return true;
    return wanted === ''
      ? real.length === 0
      : !wanted.startsWith('group:') || !groups.has(printer.group.toLowerCase());
  };
};
