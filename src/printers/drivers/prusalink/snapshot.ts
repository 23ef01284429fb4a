import type { LoadedFilament, PrinterSnapshot, PrinterState } from '../../../domain/printer.ts';
import type { PrusaLinkJob, PrusaLinkStatus } from './schemas.ts';

/** `raspberry`: PrusaLink beside an MK2.5 or MK3; `buddy`: the firmware's own. */
export type PrusaLinkKind = 'buddy' | 'raspberry';

export interface Reading {
  readonly kind: PrusaLinkKind;
  readonly status: PrusaLinkStatus;
  /** Undefined without one: also after the end, while the screen still shows it. */
  readonly job: PrusaLinkJob | undefined;
}

/** What this server knows beside the reading. */
export interface Knowledge {
  /** Its stop was taken: it shows PRINTING until it has parked. */
  readonly cancelling: boolean;
  /** It refused a start while it showed the end of the print before. */
  readonly endScreenBlocks: boolean;
  readonly filament: LoadedFilament | null;
}

const states = new Map<string, PrinterState>([
  ['IDLE', 'idle'],
  ['READY', 'idle'],
  ['BUSY', 'busy'],
  ['PRINTING', 'printing'],
  ['PAUSED', 'paused'],
  ['ATTENTION', 'attention'],
  ['FINISHED', 'finished'],
  ['STOPPED', 'stopped'],
  ['ERROR', 'error'],
]);

export const stateOf = ({ status }: Pick<Reading, 'status'>): PrinterState =>
  states.get(status.printer.state.toUpperCase()) ?? 'unknown';

/** The long name: what the printer calls `name` may be the 8.3 one. */
export const nameOf = (job: PrusaLinkJob | undefined): string | undefined =>
  job?.file?.display_name || job?.file?.name || undefined;

export const snapshotOf = (reading: Reading, known: Knowledge, time: string): PrinterSnapshot => {
  const { printer } = reading.status;
  const [state, message] = shown(reading, known);
  return {
    state,
    message,
    nozzle: { actual: printer.temp_nozzle ?? null, target: printer.target_nozzle ?? null },
    bed: { actual: printer.temp_bed ?? null, target: printer.target_bed ?? null },
    head: { x: printer.axis_x ?? null, y: printer.axis_y ?? null, z: printer.axis_z ?? null },
    job: jobOf(reading.job),
    filament: known.filament,
    time,
  };
};

const shown = (reading: Reading, known: Knowledge): readonly [PrinterState, string] => {
  const state = stateOf(reading);
  const words = wordsOf(reading.status);
  const atEnd = state === 'finished' || state === 'stopped';
  // The Raspberry Pi takes no start for the 11 s and more that it shows the end.
  if (atEnd && reading.kind === 'raspberry') return ['busy', `It shows its print as ${state} for a while.`];
  if (atEnd && known.endScreenBlocks) {
    return ['busy', `It starts nothing while it shows its print as ${state}: dismiss that on its screen.`];
  }
  // One transfer at a time: an upload would be refused.
  if ((atEnd || state === 'idle') && reading.status.transfer != null) {
    return ['busy', 'A file is being sent to it.'];
  }
  if (known.cancelling && (state === 'printing' || state === 'paused' || state === 'attention')) {
    return ['cancelling', words];
  }
  if (state === 'attention') return [state, words || 'Look at its screen.'];
  return [state, words];
};

/** The printer's own words; Buddy has none. */
const wordsOf = ({ printer: { status_printer } }: PrusaLinkStatus): string =>
  status_printer?.ok === false ? (status_printer.message ?? '') : '';

const jobOf = (job: PrusaLinkJob | undefined): PrinterSnapshot['job'] => {
  const file = nameOf(job);
  if (job === undefined || file === undefined) return null;
  return {
    file,
    progress: job.progress ?? null,
    timeUsed: job.time_printing ?? null,
    timeLeft: job.time_remaining ?? null,
    timeLeftApprox: null,
    native: { id: job.id, display_name: file },
  };
};

/** Buddy writes `---` when no filament is loaded; the Raspberry Pi never knows. */
export const filamentOf = (material: string): LoadedFilament => {
  const name = material.trim();
  if (name === '' || name === '-') return { present: null, material: '', remaining: null };
  const none = /^-+$/.test(name);
  return { present: !none, material: none ? '' : name, remaining: null };
};
