import type { Bed } from './bed.ts';
import type { BedSize } from './gcode-file.ts';
import type { JobStatus } from './job-status.ts';
import type { MachineIdentity } from './machine-identity.ts';
import type { NativeIdentity } from './native-identity.ts';
import { overdueReason, type Pickup } from './pickup.ts';
import type { PrinterApi } from './printer-kinds.ts';
import { type PrinterState, stateSentence } from './printer-state.ts';
import type { PrintingHours } from './printing-hours.ts';
import { sentence } from './text.ts';

export { type PrinterApi, printerApis } from './printer-kinds.ts';
export { type PrinterState, printerStates, stateCodeOf } from './printer-state.ts';

/** A configured printer; rows are kept when a printer is removed, since its name is never used again. */
export interface Printer {
  readonly id: number;
  /** [A-Za-z0-9._-]{1,64}, unique ignoring case for good: the name in OPC UA node ids. */
  readonly name: string;
  /** Lower-case name, for look-up. */
  readonly nameKey: string;
  readonly api: PrinterApi;
  readonly url: string;
  /** Secret: never logged, returned or put in the address space. */
  readonly apiKey: string;
  /** For a log-in by name, with the key as its password; '' or absent: the key alone (API key). */
  readonly username?: string;
  readonly group: string;
  readonly model: string;
  /** Nozzle diameter in mm, null when nobody said. */
  readonly nozzleDiameter: number | null;
  /** Null when nobody said. */
  readonly bedSize?: BedSize | null;
  /** Loaded materials as staff entered them, `PLA, PETG` for several tools, `any` when it takes all, '' when nobody said. */
  readonly material: string;
  /** Whether it reads binary g-code, as it told when it was last looked at; absent until it has. */
  readonly takesBgcode?: boolean;
  /**
   * Whether it was asked what it is over the connection that it has now; absent until then: it is sent no file that
   * it may not fit. silent: it was asked several times and does not tell.
   */
  readonly identified?: 'told' | 'silent';
  /** Of these the machine told, and nobody else said: forgotten when another machine may stand there. */
  readonly learned?: readonly LearnedField[];
  /** Absent until the machine at this address has told it. */
  readonly identity?: MachineIdentity;
  /** Of the loaded filament, in words for people; absent when nobody said. */
  readonly colour?: string;
  readonly cameraUrl: string;
  /** When it may print; at any time without. */
  readonly hours?: PrintingHours;
  /** Whether a worker follows it (the earlier server's `has_worker`). */
  readonly worker: boolean;
  readonly maintenance: { readonly on: boolean; readonly reason: string };
  readonly removed: boolean;
  readonly createTime: string;
}

/** Facts that a machine may tell where nobody said them. */
export type LearnedField = 'model' | 'nozzleDiameter' | 'bedSize';

/** It was asked what it is, or is none to ask: a simulated one has nothing to tell. */
export const isIdentified = ({ api, identified }: Pick<Printer, 'api' | 'identified'>): boolean =>
  api === 'Mock' || identified !== undefined;

export const printerNamePattern = /^(?!\.+$)[A-Za-z0-9._-]{1,64}$/;

/** The printer answers. */
export const isOnline = (state: PrinterState): boolean =>
  !['unreachable', 'unauthorized', 'offline', 'connecting'].includes(state);

export const isFault = (state: PrinterState): boolean => state === 'error' || state === 'unauthorized';

/** A print is under way: its file is active. */
const activeStates: readonly PrinterState[] = [
  'printing',
  'pausing',
  'paused',
  'resuming',
  'cancelling',
  'finishing',
  'attention',
];
export const isActive = (state: PrinterState): boolean => activeStates.includes(state);

/** Nothing runs and a start would be taken. */
const restingStates: readonly PrinterState[] = ['idle', 'finished', 'stopped'];
export const isResting = (state: PrinterState): boolean => restingStates.includes(state);

export interface Temperature {
  /** °C */
  readonly actual: number | null;
  /** °C, 0 when the heater is off. */
  readonly target: number | null;
}

/** The file that a printer has loaded, as the printer tells it. */
export interface PrinterJob {
  /** The printer's own path or display name of it: what `Job.remoteName` is compared with. */
  readonly file: string;
  /** 0–100, null when the printer does not say. */
  readonly progress: number | null;
  /** s */
  readonly timeUsed: number | null;
  /** s */
  readonly timeLeft: number | null;
  /** s, an estimate where the printer tells one apart from timeLeft. */
  readonly timeLeftApprox: number | null;
  /** The printer's own identity of it. */
  readonly native: NativeIdentity;
}

/** What the printer tells of its filament. */
export interface LoadedFilament {
  /** False when it has run out or none is loaded, null when the printer does not say. */
  readonly present: boolean | null;
  /** `PLA`; '' when the printer does not say. */
  readonly material: string;
  /** g */
  readonly remaining: number | null;
}

/** One reading of a printer. Null means that the printer does not say. */
export interface PrinterSnapshot {
  readonly state: PrinterState;
  /** The printer's own words for a fault, an attention state or why it can't be reached. */
  readonly message: string;
  readonly nozzle: Temperature;
  readonly bed: Temperature;
  /** mm */
  readonly head: { readonly x: number | null; readonly y: number | null; readonly z: number | null };
  readonly job: PrinterJob | null;
  /** Null while the printer tells nothing of it. */
  readonly filament: LoadedFilament | null;
  /** When it was read; ISO 8601, UTC. */
  readonly time: string;
}

export const emptyTemperature: Temperature = { actual: null, target: null };

/** What is known of a printer that did not answer. */
export const lostSnapshot = (
  state: 'unreachable' | 'unauthorized' | 'offline' | 'connecting' | 'unknown',
  message: string,
  time: string,
): PrinterSnapshot => ({
  state,
  message,
  nozzle: emptyTemperature,
  bed: emptyTemperature,
  head: { x: null, y: null, z: null },
  job: null,
  filament: null,
  time,
});

/** What the store knows of a printer. */
export interface PrinterFacts {
  readonly printer: Printer;
  readonly bed: Bed;
  /** On the printer, scheduled to unknown. */
  readonly job: { readonly id: number; readonly status: JobStatus } | undefined;
  /** Under way, or failed and not yet settled. */
  readonly pickup: Pickup | undefined;
}

/** How far below its target a heater still heats up, in °C. */
const HEATED_WITHIN = 3;

const isColder = ({ actual, target }: Temperature): boolean =>
  actual !== null && target !== null && target > 0 && actual < target - HEATED_WITHIN;

/** A print is under way and its heaters draw their full power. */
export const isHeatingUp = ({ state, nozzle, bed }: PrinterSnapshot): boolean =>
  state === 'printing' && (isColder(nozzle) || isColder(bed));

/** Why a printer cannot take a job now; '' when it can. */
export const notReadyReason = (
  { printer, bed, job, pickup }: PrinterFacts,
  snapshot: PrinterSnapshot | undefined,
  now: Date,
): string => {
  // An arm that may be inside comes before anything else.
  const overdue = overdueReason(pickup, now);
  if (overdue !== '') return overdue;
  if (printer.removed) return 'The printer was removed.';
  if (printer.maintenance.on)
    return sentence(`In maintenance: ${printer.maintenance.reason || 'no reason given'}`);
  if (!printer.worker) return 'Its worker is stopped.';
  if (snapshot === undefined) return 'Not yet read.';
  if (!isOnline(snapshot.state)) {
    return stateSentence(snapshot.state, snapshot.message);
  }
  if (job?.status === 'unknown')
    return `What became of job ${job.id} on it is unknown: staff look and resolve it.`;
  if (job !== undefined) return `Job ${job.id} is on it.`;
  if (bed.state === 'beingCleared') return 'Its plate is being picked up.';
  if (pickup?.state === 'inProgress') {
    return `Robot ${pickup.robot} still holds pick-up ${pickup.id}: it must be confirmed or released.`;
  }
  const state = isResting(snapshot.state) ? '' : stateSentence(snapshot.state, snapshot.message);
  // Who clears the bed of a printer that is out of order would wonder why it gets no job: the fault comes first.
  const reasons = isOutOfOrder(snapshot.state) ? [state, bedReason(bed)] : [bedReason(bed) || state];
  const reason = reasons.filter(one => one !== '').join(' ');
  if (reason !== '') return reason;
  return isIdentified(printer) ? '' : 'Not yet identified: its model and nozzle are asked for first.';
};

const isOutOfOrder = (state: PrinterState): boolean => state === 'error' || state === 'attention';

const bedReason = ({ state, needsPerson, pickupId }: Bed): string => {
  if (state === 'clear') return '';
  return needsPerson && pickupId === 0
    ? 'Its bed is not clear: a person has to look and confirm it.'
    : 'Its bed is not clear.';
};
