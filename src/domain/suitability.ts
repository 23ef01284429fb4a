import { createWish, incompatibleReason } from './compatibility.ts';
import type { GcodeFile } from './gcode-file.ts';
import type { Job } from './job.ts';
import { hasMaterial } from './material.ts';
import type { LoadedFilament, Printer } from './printer.ts';
import { checkHours, type HoursCheck } from './printing-hours.ts';

/** A job that waits for a printer (status approved). */
export interface Candidate {
  readonly job: Job;
  readonly file: GcodeFile | undefined;
}

/** A printer with what keeps it from taking a job now ('' when it is ready). */
export interface Seat {
  readonly printer: Printer;
  readonly notReady: string;
  /** What keeps it ends by itself: a job is on it. */
  readonly isAtWork?: boolean;
  /** As the printer tells it, null when it does not. */
  readonly filament: LoadedFilament | null;
}

/** Why a job must not go to this printer as both are now, whatever the printer is doing; '' when it may. */
export type Suitability = (candidate: Candidate, seat: Seat) => string;

/**
 * What staff entered goes before what the printer tells: somebody looked, and a printer with five tools tells of one
 * alone. A simulated one of which nobody said prints anything.
 */
const materialReason = (file: GcodeFile, { printer, filament }: Seat): string => {
  const wanted = file.metadata.material;
  const told = filament?.material ?? '';
  const loaded = printer.material || told || (printer.api === 'Mock' ? 'any' : '');
  if (!wanted || hasMaterial(loaded, wanted)) return '';
  if (loaded === '') {
    return `The file wants ${wanted}; what ${printer.name} has loaded is not known: staff confirm its material.`;
  }
  return printer.material === ''
    ? `The file wants ${wanted}, ${printer.name} tells that it has ${loaded} loaded.`
    : `The file wants ${wanted}, ${printer.name} has ${loaded} loaded, as staff entered.`;
};

const filamentReason = ({ metadata }: GcodeFile, { printer, filament }: Seat): string => {
  if (filament?.present === false) return `${printer.name} has no filament.`;
  const remaining = filament?.remaining ?? null;
  if (remaining === null || metadata.filamentWeight === null || metadata.filamentWeight <= remaining)
    return '';
  return `The print needs ${Math.ceil(metadata.filamentWeight)} g, ${printer.name} has ${Math.floor(remaining)} g left.`;
};

export interface SuitabilityDeps {
  readonly now: Date;
  /** IANA name of the lab's time zone. */
  readonly timeZone: string;
  /** Of the whole lab. */
  readonly printers: readonly Printer[];
}

export const createSuitability = ({ now, timeZone, printers }: SuitabilityDeps): Suitability => {
  const isWanted = createWish(printers);
  const checks = new Map<number, HoursCheck>();

  const hoursReason = (file: GcodeFile, { id, name, hours }: Printer): string => {
    if (hours === undefined) return '';
    const check = checks.get(id) ?? checkHours(hours, now, timeZone);
    checks.set(id, check);
    const reason = check(file.metadata.printTime);
    return reason === '' ? '' : `${name}: ${reason}`;
  };

  return ({ job, file }, seat) => {
    const { printer } = seat;
    if (!isWanted(job.wantedPrinter, printer)) return `${printer.name} is not wanted.`;
    if (file === undefined) return '';
    return (
      incompatibleReason(file, printer) ||
      materialReason(file, seat) ||
      filamentReason(file, seat) ||
      hoursReason(file, printer)
    );
  };
};
