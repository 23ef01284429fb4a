/**
 * What PrusaLink 0.8 on a Raspberry Pi does with the jobs of its MK3, in virtual time, as observed on a live one over
 * a simulated printer. It moves on when the test's clock does, or when the test says so.
 */
import type { FolderFile } from './folder.ts';

export type ShownState =
  | 'IDLE'
  | 'READY'
  | 'BUSY'
  | 'PRINTING'
  | 'PAUSED'
  | 'ATTENTION'
  | 'FINISHED'
  | 'STOPPED'
  | 'ERROR';

type Phase =
  | 'none'
  | 'printing'
  | 'pausing'
  | 'paused'
  | 'resuming'
  | 'stopping'
  | 'finished'
  | 'stopped'
  /** A start of a file that was just removed: it prints nothing, for ever. */
  | 'stuck';

/** ms that it shows how a print ended. */
export const END_TIME = 11_000;
/** ms */
const phaseTimes = { pausing: 1_000, resuming: 120, stopping: 300, finished: END_TIME, stopped: END_TIME };
const nextPhases = {
  pausing: 'paused',
  resuming: 'printing',
  stopping: 'stopped',
  finished: 'none',
  stopped: 'none',
} as const;
type PassingPhase = keyof typeof nextPhases;
/** ms from the cable's return until the fault is over. */
const RECONNECTING = 2_000;

const shownPhases: Readonly<Record<Phase, ShownState | undefined>> = {
  none: undefined,
  printing: 'PRINTING',
  pausing: 'PRINTING',
  paused: 'PAUSED',
  resuming: 'PAUSED',
  stopping: 'PRINTING',
  stuck: 'PRINTING',
  finished: 'FINISHED',
  stopped: 'STOPPED',
};

export interface ShownJob {
  readonly id: number;
  readonly file: FolderFile;
  /** % */
  readonly progress: number;
  /** s */
  readonly timePrinting: number;
}

export type Machine = ReturnType<typeof createMachine>;

/** @param printTime s; @param firstId of the last print, 0 for none */
export const createMachine = ({ printTime, jobId: firstId }: { printTime: number; jobId: number }) => {
  const started: string[] = [];
  const finished: string[] = [];
  let id = firstId;
  let phase: Phase = 'none';
  /** ms in this phase. */
  let inPhase = 0;
  /** ms of printing. */
  let printed = 0;
  let file: FolderFile | undefined;
  let base: 'IDLE' | 'READY' | 'BUSY' = 'IDLE';
  let attention = false;
  /** In the words of PrusaLink. */
  let fault = '';
  /** ms that the fault still shows; undefined while it lasts. */
  let mending: number | undefined;
  let length = printTime * 1000;

  const go = (to: Phase): void => {
    phase = to;
    inPhase = 0;
    if (to === 'finished' && file !== undefined) finished.push(file.name);
  };
  const override = (): ShownState | undefined =>
    fault === '' ? (attention ? 'ATTENTION' : undefined) : 'ERROR';
  const shown = (): ShownState => override() ?? shownPhases[phase] ?? base;
  const isActive = (): boolean => phase !== 'none' && phase !== 'finished' && phase !== 'stopped';

  /** @returns how much of the time the current step takes at most; undefined when nothing moves */
  const rest = (): number | undefined => {
    if (fault !== '') return mending;
    if (phase === 'printing') return attention ? undefined : length - printed;
    return phase in nextPhases ? phaseTimes[phase as PassingPhase] - inPhase : undefined;
  };

  const spend = (milliseconds: number): void => {
    if (mending !== undefined) mending -= milliseconds;
    else if (phase === 'printing') printed += milliseconds;
    // An end is shown for its time even where the fault covers it.
    if (phase !== 'printing') inPhase += milliseconds;
  };

  const moveOn = (): void => {
    if (mending !== undefined) {
      fault = '';
      mending = undefined;
    } else if (phase === 'printing') go('finished');
    else if (phase in nextPhases) go(nextPhases[phase as PassingPhase]);
  };

  const advance = (milliseconds: number): void => {
    let left = milliseconds;
    for (let longest = rest(); longest !== undefined; longest = rest()) {
      const step = Math.min(left, Math.max(0, longest));
      spend(step);
      left -= step;
      if (step < longest) return;
      moveOn();
    }
  };

  const take = (next: FolderFile): void => {
    id += 1;
    file = next;
    printed = 0;
    attention = false;
    base = 'IDLE';
  };

  return {
    started,
    /** Prints that came to their end. */
    finished,
    advance,
    shown,
    get jobId() {
      return id;
    },
    get fault() {
      return fault;
    },
    /** It prints that file. */
    uses: (name: string): boolean => isActive() && file?.name === name,
    job: (): ShownJob | undefined =>
      !isActive() || fault !== '' || file === undefined
        ? undefined
        : {
            id,
            file,
            progress: Math.min(100, (printed / length) * 100),
            timePrinting: Math.floor(printed / 1000),
          },
    /** Not while it prints, shows an end, waits for a person or has a fault; otherwise it may be busy. */
    mayPrint: (): boolean => phase === 'none' && override() === undefined,
    start(next: FolderFile): void {
      take(next);
      started.push(next.name);
      go('printing');
    },
    /** The file is listed and is not there any more. */
    getStuck(next: FolderFile): void {
      take(next);
      go('stuck');
    },
    stop(): boolean {
      if (!['PRINTING', 'PAUSED', 'ATTENTION'].includes(shown()) || !isActive()) return false;
      attention = false;
      if (phase !== 'stopping') go('stopping');
      return true;
    },
    /** Once more while it pauses is no error. */
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
    finish(): void {
      attention = false;
      if (isActive()) go('finished');
    },
    printsTake(seconds: number): void {
      length = seconds * 1000;
    },
    progress(percent: number): void {
      printed = (length * percent) / 100;
    },
    /** Set ready at its screen. */
    ready(is = true): void {
      base = is ? 'READY' : 'IDLE';
    },
    busy(is = true): void {
      base = is ? 'BUSY' : 'IDLE';
    },
    attention(is = true): void {
      attention = is;
    },
    /** The cable is pulled, or the firmware halts: the print is over, and is called stopped once all is well again. */
    fail(words: string): void {
      fault = words;
      mending = undefined;
      if (isActive()) go('stopped');
    },
    mend(): void {
      if (fault !== '') mending = RECONNECTING;
    },
    /** PrusaLink is killed and started again: the print ends there, the id stays. */
    restart(): void {
      fault = '';
      mending = undefined;
      attention = false;
      base = 'IDLE';
      file = undefined;
      go('none');
    },
  };
};
