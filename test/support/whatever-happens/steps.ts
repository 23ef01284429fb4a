import fc from 'fast-check';
import { type Changing, changing, type Mishap, mishaps } from './machine.ts';

/** Numbers of jobs and pick-ups count from the latest, 0, backwards: a shorter story still means the same ones. */
export type Step =
  | readonly ['submit', 'Printer1' | 'Printer2' | 'any', 'approved' | 'to approve']
  | readonly ['approve' | 'reject' | 'cancel' | 'pause' | 'resume' | 'retry' | 'collect', number]
  | readonly ['resolve', number, 'printed' | 'cancelled' | 'failed' | 'discarded']
  | readonly ['assign', number, 'Printer1' | 'Printer2']
  | readonly ['confirm bed' | 'begin pick-up', PrinterName]
  | readonly ['confirm pick-up' | 'fail pick-up' | 'release pick-up', number]
  | readonly ['maintenance' | 'worker', PrinterName, boolean]
  | readonly ['at the printer', PrinterName, AtPrinter]
  | readonly ['way', PrinterName, 'open' | 'gone' | 'silent' | 'denied']
  | readonly ['mishap', PrinterName, Mishap, Changing]
  | readonly ['kill']
  | readonly ['pass', number];

export type PrinterName = 'Printer1' | 'Printer2';

export const atPrinter = [
  'start foreign',
  'start our last file',
  'pause',
  'resume',
  'cancel',
  'fail',
  'ask for a person',
  'mend',
] as const;
export type AtPrinter = (typeof atPrinter)[number];

const printer = fc.constantFrom('Printer1', 'Printer1', 'Printer2');
const back = fc.nat(3);

const kinds: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Step> }[] = [
  {
    weight: 9,
    arbitrary: fc.tuple(
      fc.constant('submit'),
      fc.constantFrom('Printer1', 'Printer1', 'Printer2', 'any'),
      fc.constantFrom('approved', 'approved', 'approved', 'to approve'),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(
      fc.constantFrom('approve', 'reject', 'cancel', 'cancel', 'pause', 'resume', 'retry', 'collect'),
      back,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constant('resolve'),
      back,
      fc.constantFrom('printed', 'cancelled', 'failed', 'discarded'),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant('assign'), back, printer) },
  { weight: 9, arbitrary: fc.tuple(fc.constantFrom('confirm bed', 'begin pick-up'), printer) },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom('confirm pick-up', 'fail pick-up', 'release pick-up'), back),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('maintenance', 'worker'), printer, fc.boolean()) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('at the printer'), printer, fc.constantFrom(...atPrinter)) },
  {
    weight: 5,
    arbitrary: fc.tuple(
      fc.constant('way'),
      printer,
      fc.constantFrom('open', 'open', 'gone', 'silent', 'denied'),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(
      fc.constant('mishap'),
      printer,
      fc.constantFrom(...mishaps),
      fc.constantFrom('start', 'start', 'start', ...changing),
    ),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constant('kill')) },
  {
    weight: 12,
    arbitrary: fc.tuple(fc.constant('pass'), fc.constantFrom(0.05, 0.3, 1, 3, 5, 5, 12, 30, 70, 1200)),
  },
];

export const stepsArbitrary: fc.Arbitrary<readonly Step[]> = fc.array(fc.oneof(...kinds), {
  minLength: 1,
  maxLength: 60,
  size: 'max',
});

export const told = (steps: readonly Step[]): string =>
  steps.map(([what, ...details]) => `  ${[what, ...details].join(', ')}`).join('\n');
