import { sentence } from './text.ts';

/** In the order of the public StateCode: append only. 0 is unreachable. */
export const printerStates = [
  'unreachable',
  'unauthorized',
  'offline',
  'connecting',
  'idle',
  'busy',
  'printing',
  'pausing',
  'paused',
  'resuming',
  'cancelling',
  'finishing',
  'finished',
  'stopped',
  'attention',
  'error',
  'unknown',
] as const;
export type PrinterState = (typeof printerStates)[number];

export const stateCodeOf = (state: PrinterState): number => printerStates.indexOf(state);

const words: Readonly<Record<PrinterState, string>> = {
  unreachable: 'does not answer',
  unauthorized: 'refuses the key',
  offline: 'is not connected',
  connecting: 'is being connected',
  idle: 'is idle',
  busy: 'is busy',
  printing: 'is printing',
  pausing: 'is pausing',
  paused: 'is paused',
  resuming: 'is resuming',
  cancelling: 'is cancelling',
  finishing: 'is finishing',
  finished: 'has finished a print',
  stopped: 'has stopped a print',
  attention: 'needs a person',
  error: 'has a fault',
  unknown: 'is in a state that this server does not know',
};

/** What a printer does, in plain words: `The printer has a fault: MINTEMP.` @param message its own words, '' for none */
export const stateSentence = (state: PrinterState, message: string, printer = 'The printer'): string =>
  sentence(`${printer} ${words[state]}${message === '' ? '' : `: ${message}`}`);
