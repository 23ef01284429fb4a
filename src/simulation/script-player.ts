/**
 * Plays what is provoked on a simulated printer: pure. Like the machine it has no timers: what would have happened
 * since the last look is worked out, moment by moment, when somebody looks again.
 */
import { stateSentence } from '../domain/printer-state.ts';
import { Refusal } from '../domain/refusal.ts';
import {
  callFaultOf,
  type Provoked,
  type Simulation,
  type SimulationStep,
  usualDuration,
} from '../domain/simulation.ts';
import {
  activePrint,
  begin,
  cancel,
  fail,
  finish,
  forget,
  isBusy,
  type MachineOptions,
  type MockMachine,
  reset,
  resume,
  stepTo,
} from './machine.ts';

export interface Playing {
  readonly step: SimulationStep;
  /** ms since the epoch; null: no time ends it. */
  readonly until: number | null;
  /** The print that it is about, over with it; 0 for none. */
  readonly print: number;
  /** That print stood still when it began. */
  readonly stood: boolean;
}

export interface Script {
  readonly current: Playing | null;
  readonly waiting: readonly SimulationStep[];
  /** When the step before has ended: `after` counts from there; ms since the epoch. */
  readonly since: number;
}

export interface MockWorld {
  readonly machine: MockMachine;
  readonly script: Script;
}

export const noScript: Script = { current: null, waiting: [], since: 0 };

const FOREIGN_FILE = 'at-the-printer.gcode';

/** A print under way is part of it. */
const ofPrint: readonly Provoked[] = [
  'pausing',
  'paused',
  'resuming',
  'cancelling',
  'finishing',
  'finished',
  'stopped',
];
/** The print stands still as long as they last. */
const standing: readonly Provoked[] = [
  'attention',
  'filament_out',
  'pausing',
  'paused',
  'resuming',
  'cancelling',
  'finishing',
];

const isPossible = ({ what }: SimulationStep, machine: MockMachine): boolean => {
  if (what === 'paused' || what === 'pausing') return machine.state === 'printing';
  if (what === 'resuming') return machine.state === 'paused';
  if (what === 'printing') return machine.state !== 'error';
  return isBusy(machine) || !ofPrint.includes(what);
};

/** Steps of the machine at which a print has come so far; a print that is over has not. */
const stepsUntil = (progress: number, { jobTime }: MachineOptions): number =>
  Math.min(jobTime - 1, Math.ceil((progress * jobTime) / 100));

const isDue = ({ machine, script }: MockWorld, options: MachineOptions, now: number): boolean => {
  const [step] = script.waiting;
  if (step === undefined || !isPossible(step, machine)) return false;
  if (step.after !== null) return now >= script.since + step.after * 1000;
  if (step.atProgress === null) return true;
  return isBusy(machine) && machine.stepsDone >= stepsUntil(step.atProgress, options);
};

/** What it does to the machine when it begins. */
const strike = (
  machine: MockMachine,
  { what, ...step }: SimulationStep,
  options: MachineOptions,
  now: number,
): MockMachine => {
  switch (what) {
    case 'idle':
      return reset(machine, now);
    case 'printing':
      if (machine.state === 'printing') return machine;
      return machine.state === 'paused'
        ? resume(machine, now)
        : begin(machine, step.file || FOREIGN_FILE, now);
    case 'finished':
      return finish(machine, options.jobTime);
    case 'stopped':
      return cancel(machine);
    case 'error':
      return fail(machine, step.message || 'The machine has failed.');
    default:
      return standing.includes(what) && machine.state === 'printing'
        ? { ...machine, state: 'paused' }
        : machine;
  }
};

/** What remains of it once its time is over. */
const settle = (
  machine: MockMachine,
  playing: Playing,
  options: MachineOptions,
  now: number,
): MockMachine => {
  const { what } = playing.step;
  if (what === 'restart_and_forget') return forget(machine, now);
  if (what === 'error') return machine.state === 'error' ? reset(machine, now) : machine;
  if (!standing.includes(what) || playing.print === 0 || machine.state !== 'paused') return machine;
  switch (what) {
    case 'pausing':
      return machine;
    case 'resuming':
      return resume(machine, now);
    case 'cancelling':
      return cancel(machine);
    case 'finishing':
      return finish(machine, options.jobTime);
    default:
      return playing.stood ? machine : resume(machine, now);
  }
};

/** Momentary ones are over as they begin; a pause or an error without a duration stays as it is. */
const isOverAtOnce = ({ what, lasts }: SimulationStep): boolean =>
  ['idle', 'printing', 'finished', 'stopped'].includes(what) ||
  (lasts === null && (what === 'paused' || what === 'error'));

const start = (world: MockWorld, step: SimulationStep, options: MachineOptions, now: number): MockWorld => {
  const machine = strike(world.machine, step, options, now);
  const waiting = world.script.waiting;
  if (isOverAtOnce(step)) return { machine, script: { current: null, waiting, since: now } };
  const lasts = step.lasts ?? usualDuration[step.what];
  const current: Playing = {
    step,
    until: lasts === undefined ? null : now + lasts * 1000,
    print: standing.includes(step.what) ? activePrint(world.machine) : 0,
    stood: world.machine.state === 'paused',
  };
  return { machine, script: { current, waiting, since: now } };
};

const end = (world: MockWorld, playing: Playing, options: MachineOptions, now: number): MockWorld => ({
  machine: settle(world.machine, playing, options, now),
  script: { ...world.script, current: null, since: now },
});

/** By its time, with its print, or because somebody has resumed what was paused. */
const isOver = ({ machine }: MockWorld, { step, until, print }: Playing, now: number): boolean =>
  (until !== null && now >= until) ||
  (print !== 0 && activePrint(machine) !== print) ||
  (step.what === 'paused' && machine.state !== 'paused');

/** All that begins and ends at that moment. */
export const playNow = (before: MockWorld, options: MachineOptions, now: number): MockWorld => {
  let world = before;
  for (;;) {
    const { current, waiting } = world.script;
    if (current !== null) {
      if (!isOver(world, current, now)) return world;
      world = end(world, current, options, now);
      continue;
    }
    const [step, ...rest] = waiting;
    if (step === undefined || !isDue(world, options, now)) return world;
    world = start({ ...world, script: { ...world.script, waiting: rest } }, step, options, now);
  }
};

/** The next moment after `from` at which time alone changes something. */
const nextMoment = ({ machine, script }: MockWorld, options: MachineOptions, from: number): number => {
  const moments: number[] = [];
  if (script.current !== null) moments.push(script.current.until ?? Infinity);
  const [step] = script.waiting;
  if (script.current === null && step !== undefined) {
    if (step.after !== null) moments.push(script.since + step.after * 1000);
    if (step.atProgress !== null && machine.state === 'printing') {
      const steps = stepsUntil(step.atProgress, options) - machine.stepsDone;
      moments.push(machine.steppedAt + steps * options.interval * 1000);
    }
  }
  return Math.min(...moments.filter(moment => moment > from));
};

/** Lets time pass for machine and script. */
export const advanceTo = (before: MockWorld, options: MachineOptions, now: number): MockWorld => {
  let world = before;
  let from = -Infinity;
  while (from < now) {
    from = Math.min(now, nextMoment(world, options, from));
    world = { ...world, machine: stepTo(world.machine, from, options) };
    world = playNow(world, options, from);
  }
  return world;
};

/** @throws Refusal InvalidState when `now` is not possible as the machine is */
export const replaceScript = (
  before: MockWorld,
  { now, steps }: Simulation,
  options: MachineOptions,
  time: number,
): MockWorld => {
  const { current } = before.script;
  const ended = current === null ? before : end(before, current, options, time);
  const world = { ...ended, script: { current: null, waiting: steps, since: time } };
  if (now === null) return playNow(world, options, time);
  if (!isPossible(now, world.machine)) {
    throw new Refusal(
      'InvalidState',
      `${now.what} is not possible now. ${stateSentence(world.machine.state, '')}`,
    );
  }
  return playNow(start(world, now, options, time), options, time);
};

/** The fault that waits for a call has met one: without a duration it was for that one. */
export const spendCallFault = (world: MockWorld, now: number): MockWorld => {
  const { current } = world.script;
  if (current === null || current.step.lasts !== null || callFaultOf(current.step.what) === undefined) {
    return world;
  }
  return { ...world, script: { ...world.script, current: null, since: now } };
};
