/** What can be provoked on a simulated (Mock) printer, and when: a script of steps, one after the other. */
import { type PrinterState, printerStates } from './printer.ts';
import { Refusal } from './refusal.ts';
import { checkedText, MAX_REASON } from './text.ts';

/** What this server asks of a printer that can go wrong by itself. */
export const simulatedCalls = ['upload', 'start', 'pause', 'resume', 'cancel', 'remove'] as const;
export type SimulatedCall = (typeof simulatedCalls)[number];

/** refused: the printer says no; denied: not with this key; lost: nothing arrives; answer_lost: done, and nobody hears. */
const callFates = ['refused', 'denied', 'lost', 'answer_lost'] as const;
export type CallFate = (typeof callFates)[number];
export type CallFault = `${SimulatedCall}_${CallFate}`;

const callFaults = simulatedCalls.flatMap(call => callFates.map((fate): CallFault => `${call}_${fate}`));

export const simulatedFaults = [
  'garbled',
  'slow',
  'filament_out',
  'restart',
  'restart_and_forget',
  ...callFaults,
] as const;
export type SimulatedFault = (typeof simulatedFaults)[number];
export type Provoked = PrinterState | SimulatedFault;

export interface SimulationStep {
  readonly what: Provoked;
  /** It begins once a print has come so far, in %. */
  readonly atProgress: number | null;
  /** It begins so many s after the step before has ended. */
  readonly after: number | null;
  /** s; null: until it is over by itself or the script is replaced. */
  readonly lasts: number | null;
  /** The printer's words; '' for its usual ones. */
  readonly message: string;
  /** Of `printing` at a printer at rest: what somebody prints there; '' for its usual name. */
  readonly file: string;
  /** Of `slow`: s that every answer takes. */
  readonly delay: number | null;
}

export interface Simulation {
  /** Begins at once. */
  readonly now: SimulationStep | null;
  readonly steps: readonly SimulationStep[];
}

/** What is left of a script. */
export interface RunningSimulation {
  readonly now: { readonly step: SimulationStep; readonly ends: string | null } | null;
  readonly steps: readonly SimulationStep[];
}

export const callFaultOf = (what: Provoked): readonly [SimulatedCall, CallFate] | undefined => {
  for (const call of simulatedCalls) {
    const fate = callFates.find(one => what === `${call}_${one}`);
    if (fate !== undefined) return [call, fate];
  }
  return undefined;
};

/** Done in a moment: they have no duration. */
const momentary: readonly Provoked[] = ['idle', 'printing', 'finished', 'stopped'];

/** Over by themselves after so many s, unless the script says otherwise. */
export const usualDuration: Readonly<Partial<Record<Provoked, number>>> = {
  pausing: 5,
  resuming: 5,
  cancelling: 5,
  finishing: 5,
  restart: 10,
  restart_and_forget: 10,
};

/** Neither over at once, nor after a while, nor with the call that they wait for. */
const isEndless = ({ what, lasts }: SimulationStep): boolean =>
  lasts === null &&
  !momentary.includes(what) &&
  usualDuration[what] === undefined &&
  what !== 'paused' &&
  what !== 'error' &&
  callFaultOf(what) === undefined;

const MAX_STEPS = 50;
/** A day, in s. */
const LONGEST = 86_400;
/** s */
const LONGEST_DELAY = 60;
const MAX_FILE = 64;

const wrong = (where: string, why: string): never => {
  throw new Refusal('InvalidArgument', `${where}: ${why}`);
};

const checkNumber = (where: string, value: number | null, from: number, to: number): void => {
  if (value !== null && !(value >= from && value <= to)) wrong(where, `must be ${from} to ${to}.`);
};

const isKnown = (what: string): boolean => [...printerStates, ...simulatedFaults].some(one => one === what);

const checkedStep = (step: SimulationStep, where: string): SimulationStep => {
  const { what } = step;
  if (!isKnown(what)) wrong(where, 'this state or fault is not known.');
  if (step.atProgress !== null && step.after !== null) {
    wrong(where, 'give at_progress or after, not both.');
  }
  checkNumber(`${where}.at_progress`, step.atProgress, 0, 99);
  checkNumber(`${where}.after`, step.after, 0, LONGEST);
  checkNumber(`${where}.for`, step.lasts, 1, LONGEST);
  checkNumber(`${where}.delay`, step.delay, 1, LONGEST_DELAY);
  if (momentary.includes(what) && step.lasts !== null) {
    wrong(`${where}.for`, `${what} comes about in a moment and takes no duration.`);
  }
  if ((what === 'slow') !== (step.delay !== null)) {
    wrong(`${where}.delay`, 'slow needs it (s that each answer takes), and nothing else takes it.');
  }
  if (what !== 'printing' && step.file !== '') wrong(`${where}.file`, 'only state printing takes it.');
  return {
    ...step,
    message: checkedText(`${where}.message`, step.message, MAX_REASON),
    file: checkedText(`${where}.file`, step.file, MAX_FILE),
  };
};

/** @throws Refusal InvalidArgument that names the step and what is wrong with it */
export const checkedSimulation = ({ now, steps }: Simulation): Simulation => {
  if (steps.length > MAX_STEPS) wrong('steps', `at most ${MAX_STEPS}.`);
  if (now !== null && (now.atProgress !== null || now.after !== null)) {
    wrong('now', 'it begins at once: at_progress and after are for steps.');
  }
  const checked = {
    now: now === null ? null : checkedStep(now, 'now'),
    steps: steps.map((step, index) => checkedStep(step, `steps.${index}`)),
  };
  const all = [...(checked.now === null ? [] : [checked.now]), ...checked.steps];
  const endless = all.slice(0, -1).find(isEndless);
  if (endless !== undefined) {
    const where = endless === checked.now ? 'now' : `steps.${checked.steps.indexOf(endless)}`;
    wrong(`${where}.for`, `${endless.what} does not end by itself, and a step comes after it: give s.`);
  }
  return checked;
};
