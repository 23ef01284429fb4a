import type { Clock, MockPrint, MockPrinterPhysics, MockReading } from '../app/ports.ts';
import { DriverError } from '../app/ports.ts';
import { loadMachine, saveMachine } from './mock-printer-memory.ts';

export interface MockPrinterOptions {
  readonly clock: Clock;
  /** s per step (MOCK_PRINTER_INTERVAL). */
  readonly interval: number;
  /** Steps that a print takes, whatever its file (MOCK_PRINTER_JOB_TIME). */
  readonly jobTime: number;
  /** °C */
  readonly bedTarget: number;
  /** °C */
  readonly nozzleTarget: number;
  /** Where the machine keeps its state, so that its print outlives this process; none: in memory alone. */
  readonly memoryFile?: string;
}

/** The machine as it was at its latest step; all that is kept. */
export interface MockMachine {
  readonly state: MockReading['state'];
  readonly message: string;
  readonly nozzle: number;
  readonly bed: number;
  readonly stepsDone: number;
  /** The time of the latest step, ms since the epoch. */
  readonly steppedAt: number;
  readonly files: readonly string[];
  /** Oldest first. */
  readonly prints: readonly MockPrint[];
  readonly printsCounted: number;
}

export interface MockPrinter extends MockPrinterPhysics {
  /** Somebody starts a print at the machine itself. */
  startForeign(file: string): Promise<void>;
  /** The machine fails in the middle of a print. */
  fail(message: string): Promise<void>;
  /** Somebody mends it: it is idle again. */
  reset(): Promise<void>;
}

const ROOM = 20;
/** °C per step, up and down. */
const RATE = 10;
const KEPT_PRINTS = 100;

const refuse = (message: string): never => {
  throw new DriverError('refused', message);
};

const towards = (actual: number, target: number, steps: number): number =>
  actual < target ? Math.min(target, actual + RATE * steps) : Math.max(target, actual - RATE * steps);

const newMachine = (now: number): MockMachine => ({
  state: 'idle',
  message: '',
  nozzle: ROOM,
  bed: ROOM,
  stepsDone: 0,
  steppedAt: now,
  files: [],
  prints: [],
  printsCounted: 0,
});

const isBusy = (machine: MockMachine): boolean => machine.state === 'printing' || machine.state === 'paused';

const endLast = (machine: MockMachine, outcome: MockPrint['outcome'], message = ''): readonly MockPrint[] =>
  machine.prints.map((print, index) =>
    index === machine.prints.length - 1 ? { ...print, outcome, message } : print,
  );

/**
 * The physics of a simulated printer. Its time is computed when somebody looks, so it has no timers: after a
 * kill of this process it has gone on like a real machine. Temperatures move by 10 °C per step.
 */
export const createMockPrinter = (options: MockPrinterOptions): MockPrinter => {
  const { clock, interval, jobTime, bedTarget, nozzleTarget, memoryFile } = options;
  const now = (): number => clock.now().getTime();
  let machine: MockMachine | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const step = (before: MockMachine): MockMachine => {
    const steps = Math.max(0, Math.floor((now() - before.steppedAt) / (interval * 1000)));
    if (steps === 0) return before;
    const busy = isBusy(before);
    const printed =
      before.state === 'printing' ? Math.min(jobTime, before.stepsDone + steps) : before.stepsDone;
    const done = before.state === 'printing' && printed >= jobTime;
    return {
      ...before,
      nozzle: towards(before.nozzle, busy ? nozzleTarget : ROOM, steps),
      bed: towards(before.bed, busy ? bedTarget : ROOM, steps),
      stepsDone: printed,
      steppedAt: before.steppedAt + steps * interval * 1000,
      state: done ? 'finished' : before.state,
      prints: done ? endLast(before, 'finished') : before.prints,
    };
  };

  /** One look or command at a time; a change is on disk before it is told. */
  const touch = <T>(act: (current: MockMachine) => { machine: MockMachine; result: T }): Promise<T> => {
    const run = queue.then(async () => {
      machine ??= (memoryFile === undefined ? undefined : await loadMachine(memoryFile)) ?? newMachine(now());
      const stepped = step(machine);
      const { machine: after, result } = act(stepped);
      if (memoryFile !== undefined && after !== stepped) await saveMachine(memoryFile, after);
      machine = after;
      return result;
    });
    queue = run.catch(() => undefined);
    return run;
  };

  const change = (act: (current: MockMachine) => MockMachine): Promise<void> =>
    touch(current => ({ machine: act(current), result: undefined }));

  const begin = (current: MockMachine, file: string): MockMachine => {
    if (isBusy(current)) refuse('The machine is printing already.');
    if (current.state === 'error') refuse(`The machine is in error: ${current.message}`);
    const print: MockPrint = { print: current.printsCounted + 1, file, outcome: 'active', message: '' };
    return {
      ...current,
      state: 'printing',
      message: '',
      stepsDone: 0,
      steppedAt: now(),
      printsCounted: print.print,
      prints: [...current.prints, print].slice(-KEPT_PRINTS),
    };
  };

  const withFile = (current: MockMachine, file: string): MockMachine =>
    current.files.includes(file) ? current : { ...current, files: [...current.files, file] };

  const active = (current: MockMachine, file: string): boolean =>
    isBusy(current) && current.prints.at(-1)?.file === file;

  const readingOf = (current: MockMachine): MockReading => {
    const busy = isBusy(current);
    const last = current.prints.at(-1);
    return {
      state: current.state,
      message: current.message,
      nozzle: { actual: current.nozzle, target: busy ? nozzleTarget : 0 },
      bed: { actual: current.bed, target: busy ? bedTarget : 0 },
      job:
        last === undefined || current.state === 'idle'
          ? null
          : {
              file: last.file,
              print: last.print,
              progress: (100 * current.stepsDone) / jobTime,
              timeUsed: current.stepsDone * interval,
              timeLeft: (jobTime - current.stepsDone) * interval,
            },
    };
  };

  return {
    read: () => touch(current => ({ machine: current, result: readingOf(current) })),
    lastPrintOf: file =>
      touch(current => ({ machine: current, result: current.prints.findLast(print => print.file === file) })),
    store: file =>
      change(current =>
        active(current, file) ? refuse(`${file} is being printed.`) : withFile(current, file),
      ),
    start: file =>
      change(current =>
        current.files.includes(file) ? begin(current, file) : refuse(`There is no ${file}.`),
      ),
    startForeign: file => change(current => begin(withFile(current, file), file)),
    pause: () =>
      change(current =>
        current.state === 'printing' ? { ...current, state: 'paused' } : refuse('Nothing is printing.'),
      ),
    resume: () =>
      change(current =>
        current.state === 'paused'
          ? { ...current, state: 'printing', steppedAt: now() }
          : refuse('Nothing is paused.'),
      ),
    cancel: () =>
      change(current =>
        isBusy(current)
          ? { ...current, state: 'stopped', prints: endLast(current, 'cancelled') }
          : refuse('Nothing is printing.'),
      ),
    remove: file =>
      change(current =>
        active(current, file)
          ? refuse(`${file} is being printed.`)
          : { ...current, files: current.files.filter(one => one !== file) },
      ),
    fail: message =>
      change(current =>
        isBusy(current)
          ? { ...current, state: 'error', message, prints: endLast(current, 'failed', message) }
          : { ...current, state: 'error', message },
      ),
    reset: () => change(current => ({ ...current, state: 'idle', message: '' })),
  };
};
