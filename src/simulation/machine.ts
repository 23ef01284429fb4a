/** The body of a simulated printer: pure, in steps of time. What a script makes of it stands in `script-player.ts`. */
import type { MockPrint, MockReading } from '../app/ports.ts';
import { DriverError } from '../app/ports.ts';

/** The machine as it was at its latest step; all that is kept. */
export interface MockMachine {
  readonly state: 'idle' | 'printing' | 'paused' | 'finished' | 'stopped' | 'error';
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
  /** When it forgot all prints; ISO 8601, UTC; '' for never. */
  readonly remembersSince: string;
}

export interface MachineOptions {
  /** s per step (MOCK_PRINTER_INTERVAL). */
  readonly interval: number;
  /** Steps that a print takes, whatever its file (MOCK_PRINTER_JOB_TIME). */
  readonly jobTime: number;
  /** °C */
  readonly bedTarget: number;
  /** °C */
  readonly nozzleTarget: number;
}

const ROOM = 20;
/** °C per step, up and down. */
const RATE = 10;
const KEPT_PRINTS = 100;

/** The machine says no and does nothing. */
export const refuse = (message: string): never => {
  throw new DriverError('refused', message);
};

const towards = (actual: number, target: number, steps: number): number =>
  actual < target ? Math.min(target, actual + RATE * steps) : Math.max(target, actual - RATE * steps);

export const newMachine = (now: number): MockMachine => ({
  state: 'idle',
  message: '',
  nozzle: ROOM,
  bed: ROOM,
  stepsDone: 0,
  steppedAt: now,
  files: [],
  prints: [],
  printsCounted: 0,
  remembersSince: '',
});

export const isBusy = (machine: MockMachine): boolean =>
  machine.state === 'printing' || machine.state === 'paused';

/** The number of the print under way, 0 for none. */
export const activePrint = (machine: MockMachine): number =>
  isBusy(machine) ? (machine.prints.at(-1)?.print ?? 0) : 0;

const endLast = (machine: MockMachine, outcome: MockPrint['outcome'], message = ''): readonly MockPrint[] =>
  machine.prints.map((print, index) =>
    index === machine.prints.length - 1 ? { ...print, outcome, message } : print,
  );

const isActive = (machine: MockMachine, file: string): boolean =>
  isBusy(machine) && machine.prints.at(-1)?.file === file;

export const storeFile = (machine: MockMachine, file: string): MockMachine => {
  if (isActive(machine, file)) refuse(`${file} is being printed.`);
  return machine.files.includes(file) ? machine : { ...machine, files: [...machine.files, file] };
};

export const removeFile = (machine: MockMachine, file: string): MockMachine =>
  isActive(machine, file)
    ? refuse(`${file} is being printed.`)
    : { ...machine, files: machine.files.filter(one => one !== file) };

export const begin = (machine: MockMachine, file: string, now: number): MockMachine => {
  if (isBusy(machine)) refuse('The machine is printing already.');
  if (machine.state === 'error') refuse(`The machine is in error: ${machine.message}`);
  const print: MockPrint = { print: machine.printsCounted + 1, file, outcome: 'active', message: '' };
  return {
    ...machine,
    state: 'printing',
    message: '',
    stepsDone: 0,
    steppedAt: now,
    printsCounted: print.print,
    prints: [...machine.prints, print].slice(-KEPT_PRINTS),
  };
};

export const beginStored = (machine: MockMachine, file: string, now: number): MockMachine =>
  machine.files.includes(file) ? begin(machine, file, now) : refuse(`There is no ${file}.`);

export const pause = (machine: MockMachine): MockMachine =>
  machine.state === 'printing' ? { ...machine, state: 'paused' } : refuse('Nothing is printing.');

export const resume = (machine: MockMachine, now: number): MockMachine =>
  machine.state === 'paused'
    ? { ...machine, state: 'printing', steppedAt: now }
    : refuse('Nothing is paused.');

export const cancel = (machine: MockMachine): MockMachine =>
  isBusy(machine)
    ? { ...machine, state: 'stopped', prints: endLast(machine, 'cancelled') }
    : refuse('Nothing is printing.');

export const finish = (machine: MockMachine, jobTime: number): MockMachine =>
  isBusy(machine)
    ? { ...machine, state: 'finished', stepsDone: jobTime, prints: endLast(machine, 'finished') }
    : refuse('Nothing is printing.');

export const fail = (machine: MockMachine, message: string): MockMachine =>
  isBusy(machine)
    ? { ...machine, state: 'error', message, prints: endLast(machine, 'failed', message) }
    : { ...machine, state: 'error', message };

/** As after a power failure: what was printed, and how it went, is gone; prints are counted on. */
export const forget = (machine: MockMachine, now: number): MockMachine => ({
  ...machine,
  state: 'idle',
  message: '',
  prints: [],
  remembersSince: new Date(now).toISOString(),
});

/** Somebody mends it or dismisses its end screen; a print under way is lost without a trace. */
export const reset = (machine: MockMachine, now: number): MockMachine =>
  isBusy(machine) ? forget(machine, now) : { ...machine, state: 'idle', message: '' };

/** Lets time pass, in whole steps; after its print's end the machine cools down. */
export const stepTo = (machine: MockMachine, now: number, options: MachineOptions): MockMachine => {
  const { interval, jobTime } = options;
  const steps = Math.max(0, Math.floor((now - machine.steppedAt) / (interval * 1000)));
  const untilEnd = Math.max(0, jobTime - machine.stepsDone);
  if (machine.state !== 'printing' || steps < untilEnd) return stepBy(machine, steps, options);
  const finished = finish(stepBy(machine, untilEnd, options), jobTime);
  return stepBy(finished, steps - untilEnd, options);
};

const stepBy = (machine: MockMachine, steps: number, options: MachineOptions): MockMachine => {
  if (steps === 0) return machine;
  const busy = isBusy(machine);
  return {
    ...machine,
    nozzle: towards(machine.nozzle, busy ? options.nozzleTarget : ROOM, steps),
    bed: towards(machine.bed, busy ? options.bedTarget : ROOM, steps),
    stepsDone: machine.state === 'printing' ? machine.stepsDone + steps : machine.stepsDone,
    steppedAt: machine.steppedAt + steps * options.interval * 1000,
  };
};

export const readingOf = (machine: MockMachine, options: MachineOptions): MockReading => {
  const busy = isBusy(machine);
  const last = machine.prints.at(-1);
  return {
    state: machine.state,
    message: machine.message,
    nozzle: { actual: machine.nozzle, target: busy ? options.nozzleTarget : 0 },
    bed: { actual: machine.bed, target: busy ? options.bedTarget : 0 },
    filament: { present: true, material: '', remaining: null },
    job:
      last === undefined || machine.state === 'idle'
        ? null
        : {
            file: last.file,
            print: last.print,
            progress: (100 * machine.stepsDone) / options.jobTime,
            timeUsed: machine.stepsDone * options.interval,
            timeLeft: (options.jobTime - machine.stepsDone) * options.interval,
          },
  };
};
