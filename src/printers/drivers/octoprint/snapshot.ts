import {
  emptyTemperature,
  type PrinterSnapshot,
  type PrinterState,
  type Temperature,
} from '../../../domain/printer.ts';
import { sentence } from '../../../domain/text.ts';
import type { OctoPrintJob, OctoPrintPrinter } from './schemas.ts';

/** In the order in which they decide: `printing` is also true while it cancels, pauses, resumes or finishes. */
const flagStates: readonly (readonly [string, PrinterState])[] = [
  ['error', 'error'],
  ['cancelling', 'cancelling'],
  ['pausing', 'pausing'],
  ['resuming', 'resuming'],
  ['finishing', 'finishing'],
  ['paused', 'paused'],
  ['printing', 'printing'],
  ['closedOrError', 'offline'],
  ['ready', 'idle'],
  ['operational', 'busy'],
];

/** /api/job is read after /api/printer and may be ahead of it; its state is a text, with details behind. */
const textStates: readonly (readonly [RegExp, PrinterState])[] = [
  [/^starting/i, 'printing'],
  [/^printing/i, 'printing'],
  [/^pausing/i, 'pausing'],
  [/^paused/i, 'paused'],
  [/^resuming/i, 'resuming'],
  [/^cancelling/i, 'cancelling'],
  [/^finishing/i, 'finishing'],
];

export interface Reading {
  /** Undefined when no printer is connected. */
  readonly printer: OctoPrintPrinter | undefined;
  readonly job: OctoPrintJob;
  /** Asked when no printer is connected. */
  readonly connection: string;
}

export const isFaulty = ({ job, connection }: Reading): boolean =>
  /error/i.test(`${job.state} ${connection}`) || (job.error ?? '') !== '';

/** OctoPrint has no printer, and nobody is connecting it. */
export const isClosed = (reading: Reading): boolean =>
  reading.printer === undefined && !isFaulty(reading) && /^(closed|offline)/i.test(reading.connection);

export const stateOf = (reading: Reading): PrinterState => {
  const { printer, job } = reading;
  if (printer === undefined) {
    if (isFaulty(reading)) return 'error';
    return isClosed(reading) ? 'offline' : 'connecting';
  }
  const flag = flagStates.find(([name]) => printer.state.flags[name] === true)?.[1] ?? 'unknown';
  if (flag !== 'idle') return flag;
  const ahead = textStates.find(([pattern]) => pattern.test(job.state ?? ''))?.[1];
  if (ahead !== undefined) return ahead;
  return pathOf(job) !== undefined && job.progress?.completion === 100 ? 'finished' : 'idle';
};

export const pathOf = (job: OctoPrintJob): string | undefined => job.job?.file?.path ?? undefined;

/** What its people have to do, where OctoPrint or its printer needs them. */
const messageOf = (reading: Reading, isRefused: boolean): string => {
  const { printer, job, connection } = reading;
  if (printer !== undefined) return job.error ?? printer.state.error ?? '';
  if (isFaulty(reading)) {
    return `${sentence(job.error || job.state || connection)} When that is mended, press Connect in OctoPrint.`;
  }
  if (!isClosed(reading)) return '';
  return isRefused
    ? 'Choose its port in OctoPrint and press Connect there: OctoPrint refused to connect by itself.'
    : 'OctoPrint is asked once a minute to connect it.';
};

/** @param isRefused OctoPrint did not take the latest request to connect its printer */
export const snapshotOf = (reading: Reading, time: string, isRefused: boolean): PrinterSnapshot => {
  const { printer, job } = reading;
  return {
    state: stateOf(reading),
    message: messageOf(reading, isRefused),
    nozzle: temperatureOf(printer?.temperature?.tool0),
    bed: temperatureOf(printer?.temperature?.bed),
    head: { x: null, y: null, z: null },
    job: jobOf(job),
    filament: null,
    time,
  };
};

const temperatureOf = (
  heater: { actual?: number | null | undefined; target?: number | null | undefined } | null | undefined,
): Temperature =>
  heater ? { actual: heater.actual ?? null, target: heater.target ?? null } : emptyTemperature;

const jobOf = ({ job, progress }: OctoPrintJob): PrinterSnapshot['job'] => {
  const path = job?.file?.path;
  if (!path) return null;
  const timeUsed = progress?.printTime ?? null;
  const estimate = job.estimatedPrintTime ?? null;
  const date = job.file?.date;
  return {
    file: path,
    progress: progress?.completion ?? null,
    timeUsed,
    timeLeft: progress?.printTimeLeft ?? null,
    timeLeftApprox: estimate === null ? null : Math.max(0, estimate - (timeUsed ?? 0)),
    native: date == null ? { path } : { path, date },
  };
};
