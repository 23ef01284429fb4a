import type { NativeIdentity } from '../../../domain/native-identity.ts';
import {
  emptyTemperature,
  isResting,
  type LoadedFilament,
  type PrinterSnapshot,
  type PrinterState,
  type Temperature,
} from '../../../domain/printer.ts';
import { runOutSensors } from './filament.ts';
import type { HistoryJob, MoonrakerInfo, PrinterObjects } from './schemas.ts';

/** Asked of every printer; those that it does not have come back empty. */
export const baseObjects: readonly string[] = [
  'webhooks',
  'print_stats',
  'virtual_sdcard',
  'idle_timeout',
  'display_status',
  'extruder',
  'heater_bed',
  'toolhead',
];

/** Klipper has stopped for good: nothing goes on before it is restarted. */
export const isHalted = ({ webhooks }: PrinterObjects): boolean =>
  webhooks.state === 'shutdown' || webhooks.state === 'error';

export const fileOf = (objects: PrinterObjects): string => objects.print_stats?.filename ?? '';

/** A print is under way. Klipper has a file loaded and active for a moment before it shows it as printing. */
export const isPrinting = (objects: PrinterObjects): boolean =>
  objects.webhooks.state === 'ready' &&
  (objects.virtual_sdcard?.is_active === true ||
    objects.print_stats?.state === 'printing' ||
    objects.print_stats?.state === 'paused');

/** G-code runs, of a file or of anybody. */
export const runsGcode = ({ idle_timeout }: PrinterObjects): boolean => idle_timeout?.state === 'Printing';

const printStates: Readonly<Record<string, PrinterState>> = {
  standby: 'idle',
  printing: 'printing',
  paused: 'paused',
  complete: 'finished',
  cancelled: 'stopped',
  error: 'error',
};

/** webhooks comes first: after an emergency stop print_stats still says `paused`. */
export const stateOf = (objects: PrinterObjects): PrinterState => {
  if (isHalted(objects)) return 'error';
  if (objects.webhooks.state === 'startup') return 'connecting';
  if (objects.webhooks.state !== 'ready') return 'unknown';
  const state = printStates[objects.print_stats?.state ?? ''] ?? 'unknown';
  if (state === 'paused' && runOutSensors(objects).length > 0) return 'attention';
  if (!isResting(state)) return state;
  if (objects.virtual_sdcard?.is_active === true) return 'printing';
  // A macro or a command of somebody else runs; a start would wait behind it.
  return runsGcode(objects) ? 'busy' : state;
};

/** Klipper is not there, or not yet. */
export const absentState = ({ klippy_connected: connected, klippy_state: state }: MoonrakerInfo) =>
  connected === false || state === 'disconnected' ? ('offline' as const) : ('connecting' as const);

/** Klipper's words come in several lines, with hints on how to restart it. */
export const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';

const messageOf = (objects: PrinterObjects, state: PrinterState): string => {
  if (objects.webhooks.state !== 'ready') return firstLine(objects.webhooks.state_message);
  if (state === 'error') return firstLine(objects.print_stats?.message ?? '');
  if (state !== 'attention' && state !== 'paused') return '';
  const told = objects.display_status?.message ?? '';
  const empty = runOutSensors(objects).map(name => `${name}: no filament`);
  return [told, ...empty].filter(part => part !== '').join('; ');
};

export interface Reading {
  readonly objects: PrinterObjects;
  /** The history's entry of the print under way, once it was found. */
  readonly entry: HistoryJob | undefined;
  readonly filament: LoadedFilament | null;
  /** Our cancel of the file that is loaded may still be under way. */
  readonly cancelling: boolean;
  /** The latest print still moves the printer, although it is over. */
  readonly ending: boolean;
}

const shownState = ({ objects, cancelling, ending }: Reading): PrinterState => {
  if (cancelling && isPrinting(objects)) return 'cancelling';
  const state = objects.print_stats?.state;
  if (ending && stateOf(objects) === 'busy') {
    if (state === 'complete') return 'finishing';
    if (state === 'cancelled') return 'cancelling';
  }
  return stateOf(objects);
};

export const snapshotOf = (reading: Reading, time: string): PrinterSnapshot => {
  const { objects } = reading;
  const state = shownState(reading);
  const [x = null, y = null, z = null] = objects.toolhead?.position ?? [];
  return {
    state,
    message: messageOf(objects, state),
    nozzle: temperatureOf(objects.extruder),
    bed: temperatureOf(objects.heater_bed),
    head: { x, y, z },
    job: jobOf(reading),
    filament: reading.filament,
    time,
  };
};

const temperatureOf = (heater: PrinterObjects['extruder']): Temperature =>
  heater ? { actual: heater.temperature ?? null, target: heater.target ?? null } : emptyTemperature;

const jobOf = ({ objects, entry }: Reading): PrinterSnapshot['job'] => {
  const file = fileOf(objects);
  // What was only loaded has not come to an end with Klipper.
  if (file === '' || (isHalted(objects) && objects.print_stats?.state === 'standby')) return null;
  const timeUsed = objects.print_stats?.total_duration ?? null;
  const estimate = entry?.metadata?.estimated_time ?? null;
  const part = objects.virtual_sdcard?.progress ?? null;
  return {
    file,
    progress: part === null ? null : part * 100,
    timeUsed,
    // Klipper does not tell; the slicer's estimate is in the history.
    timeLeft: null,
    timeLeftApprox: estimate === null ? null : Math.max(0, estimate - (timeUsed ?? 0)),
    native: nativeOf(file, entry),
  };
};

const nativeOf = (file: string, entry: HistoryJob | undefined): NativeIdentity => {
  if (entry === undefined) return { filename: file };
  const { job_id, start_time } = entry;
  return start_time == null ? { filename: file, job_id } : { filename: file, job_id, start_time };
};
