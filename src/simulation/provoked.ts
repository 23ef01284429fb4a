/** How a simulated printer shows what is provoked on it: the readings and failures of real printers' drivers. */
import type { DriverErrorKind, MockReading } from '../app/ports.ts';
import { DriverError } from '../app/ports.ts';
import { emptyTemperature } from '../domain/printer.ts';
import { stateSentence } from '../domain/printer-state.ts';
import { callFaultOf, type Provoked, type SimulatedCall } from '../domain/simulation.ts';
import { isBusy, type MachineOptions, readingOf } from './machine.ts';
import type { MockWorld } from './script-player.ts';

/** `ask`: whatever else is read of it. */
export type MockCall = SimulatedCall | 'read' | 'ask';

/** How a call fares. */
export interface Fate {
  /** Nothing is done. */
  readonly before: DriverError | undefined;
  /** It is done, and the answer does not come. */
  readonly after: DriverError | undefined;
  /** ms until the answer. */
  readonly delay: number;
  /** It was the one that a fault of such calls had waited for. */
  readonly met: boolean;
}

const passes: Fate = { before: undefined, after: undefined, delay: 0, met: false };

/** ms that the drivers wait for an answer. */
const READ_TIMEOUT = 5_000;
const COMMAND_TIMEOUT = 15_000;

const words: Readonly<Partial<Record<Provoked, string>>> = {
  unreachable: 'No answer: ECONNREFUSED',
  restart: 'No answer: ECONNREFUSED',
  restart_and_forget: 'No answer: ECONNREFUSED',
  unauthorized: 'The printer does not accept the key.',
  garbled: 'Its answer makes no sense.',
  attention: 'Look at its screen.',
  filament_out: 'Filament runout',
};

const failures: Readonly<Partial<Record<Provoked, DriverErrorKind>>> = {
  unreachable: 'unreachable',
  restart: 'unreachable',
  restart_and_forget: 'unreachable',
  unauthorized: 'unauthorized',
  garbled: 'garbled',
};

const callFailures = {
  refused: ['refused', 'The printer said no.'],
  denied: ['unauthorized', 'The key is not allowed to do that.'],
  lost: ['unreachable', 'No answer: ECONNRESET'],
  answer_lost: ['unreachable', 'No answer: ECONNRESET'],
} as const;

/** The printer is there and does nothing that it is told. */
const idleStates: readonly Provoked[] = [
  'offline',
  'connecting',
  'busy',
  'unknown',
  'attention',
  'filament_out',
];
const inBetween: readonly Provoked[] = ['pausing', 'resuming', 'cancelling', 'finishing'];

const takesNo = (what: Provoked, call: MockCall): boolean => {
  if (call === 'start') return idleStates.includes(what);
  if (call === 'pause' || call === 'resume') return idleStates.includes(what) || inBetween.includes(what);
  if (call !== 'cancel') return false;
  return ['offline', 'connecting', 'busy', 'unknown', 'cancelling', 'finishing'].some(
    state => state === what,
  );
};

const slow = (call: MockCall, delay: number): Fate => {
  const limit = call === 'read' || call === 'ask' ? READ_TIMEOUT : COMMAND_TIMEOUT;
  if (delay < limit) return { ...passes, delay };
  const after = new DriverError('unreachable', `No answer within ${limit / 1000} s.`);
  return { ...passes, after, delay: limit };
};

export const fateOf = ({ script }: MockWorld, call: MockCall): Fate => {
  const step = script.current?.step;
  if (step === undefined) return passes;
  const { what } = step;
  const message = step.message || (words[what] ?? '');
  const kind = failures[what];
  if (kind !== undefined) return { ...passes, before: new DriverError(kind, message) };
  if (what === 'slow') return slow(call, (step.delay ?? 0) * 1000);
  const [faulty, fate] = callFaultOf(what) ?? [];
  if (fate !== undefined && faulty === call) {
    const [failure, usual] = callFailures[fate];
    const error = new DriverError(failure, step.message || usual);
    return { ...passes, met: true, [fate === 'answer_lost' ? 'after' : 'before']: error };
  }
  if (!takesNo(what, call)) return passes;
  const reason = stateSentence(overlay(what) ?? 'unknown', message);
  return { ...passes, before: new DriverError('refused', reason) };
};

/** The state that a reading shows instead of the machine's own. */
const overlay = (what: Provoked | undefined): MockReading['state'] | undefined => {
  switch (what) {
    case 'filament_out':
      return 'attention';
    case 'offline':
    case 'connecting':
    case 'busy':
    case 'unknown':
    case 'attention':
    case 'pausing':
    case 'resuming':
    case 'cancelling':
    case 'finishing':
      return what;
    default:
      return undefined;
  }
};

export const shownReading = ({ machine, script }: MockWorld, options: MachineOptions): MockReading => {
  const reading = readingOf(machine, options);
  const step = script.current?.step;
  const state = overlay(step?.what);
  if (step === undefined || state === undefined) return reading;
  const message = step.message || (words[step.what] ?? '');
  const job = isBusy(machine) ? reading.job : null;
  switch (state) {
    case 'offline':
    case 'connecting':
    case 'unknown':
      return { ...reading, state, message, job: null, nozzle: emptyTemperature, bed: emptyTemperature };
    case 'busy':
      return { ...reading, state, message, job: null };
    default: {
      const out = step.what === 'filament_out';
      const filament = out ? { present: false, material: '', remaining: null } : reading.filament;
      return { ...reading, state, message, job, filament };
    }
  }
};
