/**
 * What a printer with Buddy firmware does with its jobs, in virtual time (Prusa-Firmware-Buddy 6.3: printer_state.cpp,
 * marlin_server.cpp, wui_api.cpp). It moves on when the test's clock does, or when the test says so.
 */
import type { Drive, DriveFile } from './drive.ts';

/** As PrusaLink shows it; Buddy never sends READY or ERROR. */
export type ShownState = 'IDLE' | 'BUSY' | 'PRINTING' | 'PAUSED' | 'ATTENTION' | 'FINISHED' | 'STOPPED';

type Phase =
  | 'idle'
  /** A file's preview is on the screen: shown as IDLE. */
  | 'preview'
  /** A start was taken and the job id is not counted up yet: shown as IDLE. */
  | 'preparing'
  | 'printing'
  | 'pausing'
  | 'paused'
  | 'resuming'
  | 'aborting'
  | 'finishing'
  | 'finished'
  | 'stopped';

/** In ms. */
const PHASE_TIMES = { preparing: 300, pausing: 2_000, resuming: 2_000, aborting: 3_000, finishing: 3_000 };
const nextPhases = {
  preparing: 'printing',
  pausing: 'paused',
  resuming: 'printing',
  aborting: 'stopped',
  finishing: 'finished',
} as const;
type PassingPhase = keyof typeof nextPhases;

export interface ShownJob {
  readonly id: number;
  readonly file: DriveFile;
  /** % */
  readonly progress: number;
  /** s */
  readonly timePrinting: number;
  /** s */
  readonly timeRemaining: number;
}

export interface MachineOptions {
  readonly drive: Drive;
  /** s */
  readonly printTime: number;
  /** In the EEPROM at first. */
  readonly jobId: number;
}

export type Machine = ReturnType<typeof createMachine>;

const shownStates: Readonly<Record<Phase, ShownState>> = {
  idle: 'IDLE',
  preview: 'IDLE',
  preparing: 'IDLE',
  printing: 'PRINTING',
  pausing: 'PAUSED',
  paused: 'PAUSED',
  resuming: 'PAUSED',
  aborting: 'PRINTING',
  finishing: 'PRINTING',
  finished: 'FINISHED',
  stopped: 'STOPPED',
};
const jobPhases: readonly Phase[] = ['printing', 'pausing', 'paused', 'resuming', 'aborting', 'finishing'];

export const createMachine = ({ drive, printTime, jobId: firstId }: MachineOptions) => {
  const started: string[] = [];
  let eeprom = firstId & 0xffff;
  let phase: Phase = 'idle';
  /** ms in this phase. */
  let inPhase = 0;
  /** ms of printing. */
  let printed = 0;
  let file: DriveFile | undefined;
  let overlay: 'busy' | 'attention' | undefined;
  let length = printTime * 1000;

  const go = (to: Phase): void => {
    phase = to;
    inPhase = 0;
  };

  const hasJob = (): boolean => jobPhases.includes(phase) && overlay !== 'busy';
  const shown = (): ShownState => {
    if (overlay === 'busy') return 'BUSY';
    return overlay === 'attention' ? 'ATTENTION' : shownStates[phase];
  };

  /** The id is counted up in the EEPROM before anything moves. */
  const begin = (): void => {
    eeprom = (eeprom + 1) & 0xffff;
    printed = 0;
    if (file === undefined || !drive.files.has(file.name)) {
      // Removed meanwhile: it asks what to do now.
      overlay = 'attention';
      go('idle');
    } else {
      go('printing');
      started.push(file.name);
    }
  };

  /** `remote_print_ready` of the firmware. */
  const mayPrint = (previewOnly: boolean): boolean => {
    if (overlay !== undefined) return false;
    if (phase === 'preview') return !previewOnly;
    return phase === 'idle' || phase === 'finished' || phase === 'stopped';
  };

  const advance = (milliseconds: number): void => {
    let left = milliseconds;
    while (left > 0) {
      // Waiting for a person stops the print, not the clock.
      const printing = phase === 'printing' && overlay === undefined;
      const passing = phase in nextPhases ? (phase as PassingPhase) : undefined;
      if (!printing && passing === undefined) return;
      const rest = passing === undefined ? length - printed : PHASE_TIMES[passing] - inPhase;
      const step = Math.min(left, Math.max(0, rest));
      if (printing) printed += step;
      else inPhase += step;
      left -= step;
      if (step < rest) return;
      if (passing === 'preparing') begin();
      else go(passing === undefined ? 'finishing' : nextPhases[passing]);
    }
  };

  return {
    started,
    advance,
    shown,
    get jobId() {
      return eeprom;
    },
    /** The drive keeps it open. */
    uses: (one: DriveFile): boolean => jobPhases.includes(phase) && file?.name === one.name,
    isPrintOf: (one: DriveFile): boolean => file?.name === one.name,
    job: (): ShownJob | undefined =>
      !hasJob() || file === undefined
        ? undefined
        : {
            id: eeprom,
            file,
            progress: Math.min(100, (printed / length) * 100),
            timePrinting: Math.floor(printed / 1000),
            timeRemaining: Math.max(0, Math.ceil((length - printed) / 1000)),
          },
    mayPrint,
    /** @param late the start is taken, but counts its id a moment later */
    start(one: DriveFile, late = false): boolean {
      if (!mayPrint(false)) return false;
      file = one;
      if (late) go('preparing');
      else begin();
      return true;
    },
    /** What every upload does, without Print-After-Upload too; it ends an end screen. */
    preview(one: DriveFile): void {
      if (!mayPrint(true)) return;
      file = one;
      go('preview');
    },
    stop(): boolean {
      if (!['PRINTING', 'PAUSED', 'ATTENTION'].includes(shown())) return false;
      if (jobPhases.includes(phase) && phase !== 'aborting') go('aborting');
      overlay = undefined;
      return true;
    },
    pause(): boolean {
      if (shown() !== 'PRINTING') return false;
      if (phase === 'printing') go('pausing');
      return true;
    },
    resume(): boolean {
      if (shown() !== 'PAUSED') return false;
      if (phase === 'paused') go('resuming');
      return true;
    },
    /** The end screen or the preview is left. */
    dismiss(): void {
      if (phase === 'finished' || phase === 'stopped' || phase === 'preview') go('idle');
    },
    /** The print reaches its end; the rest of its time passes. */
    finish(): void {
      overlay = undefined;
      if (phase === 'preparing') begin();
      if (jobPhases.includes(phase)) go('finished');
    },
    /** How long each print takes from now on, in s. */
    printsTake(seconds: number): void {
      length = seconds * 1000;
    },
    progress(percent: number): void {
      printed = (length * percent) / 100;
    },
    /** Preheating, loading filament, a self-test; in a print the recovery after a crash, with no job to be seen. */
    busy(is = true): void {
      overlay = is ? 'busy' : undefined;
    },
    /** Filament has run out, a door is open, a question before the print. */
    attention(is = true): void {
      overlay = is ? 'attention' : undefined;
    },
    /** Power off and on: the EEPROM stays, the print does not. */
    restart(): void {
      overlay = undefined;
      file = undefined;
      go('idle');
    },
  };
};
