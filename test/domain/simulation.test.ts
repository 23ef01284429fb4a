import test from 'ava';
import { printerStates } from '../../src/domain/printer.ts';
import { checkedSimulation, type Provoked, simulatedFaults } from '../../src/domain/simulation.ts';
import { refused } from '../support/refused.ts';
import { atOnce, scriptOf, stepOf } from '../support/simulation.ts';

test('every state of the printer model and every fault may be provoked', t => {
  for (const what of [...printerStates, ...simulatedFaults]) {
    const step = stepOf(what, what === 'slow' ? { delay: 8 } : {});
    t.deepEqual(checkedSimulation(atOnce(step)), { now: step, steps: [] }, what);
  }
});

const wrong: readonly [string, ReturnType<typeof scriptOf>, RegExp][] = [
  ['both triggers', scriptOf(stepOf('error', { atProgress: 3, after: 3 })), /^steps\.0: give at_progress or/],
  [
    'a progress that ends the print',
    scriptOf(stepOf('error', { atProgress: 100 })),
    /at_progress: must be 0 to 99/,
  ],
  ['no time at all', scriptOf(stepOf('busy', { lasts: 0 })), /^steps\.0\.for: must be 1 to 86400/],
  ['not a number', scriptOf(stepOf('busy', { after: Number.NaN })), /^steps\.0\.after: must be 0 to 86400/],
  [
    'a moment that lasts',
    atOnce(stepOf('stopped', { lasts: 4 })),
    /^now\.for: stopped comes about in a moment/,
  ],
  ['slow without a delay', atOnce(stepOf('slow')), /^now\.delay: slow needs it/],
  [
    'a delay of something else',
    atOnce(stepOf('busy', { delay: 3 })),
    /^now\.delay: slow needs it.*nothing else/,
  ],
  ['a file of something else', atOnce(stepOf('error', { file: 'a' })), /^now\.file: only state printing/],
  ['a trigger of now', atOnce(stepOf('error', { after: 3 })), /^now: it begins at once/],
  ['control characters', atOnce(stepOf('error', { message: 'a\nb' })), /now\.message must not hold control/],
  [
    'a long message',
    atOnce(stepOf('error', { message: 'x'.repeat(201) })),
    /now\.message is longer than 200/,
  ],
  ['a long file', atOnce(stepOf('printing', { file: 'x'.repeat(65) })), /now\.file is longer than 64/],
  ['too many', scriptOf(...Array.from({ length: 51 }, () => stepOf('idle'))), /^steps: at most 50/],
  ['an unknown word', atOnce(stepOf('melted' as Provoked)), /^now: this state or fault is not known/],
  [
    'a step behind one without end',
    scriptOf(stepOf('attention'), stepOf('idle')),
    /^steps\.0\.for: attention does not end by itself/,
  ],
  [
    'a script behind an endless now',
    atOnce(stepOf('offline'), stepOf('idle')),
    /^now\.for: offline does not/,
  ],
];

for (const [what, script, message] of wrong) {
  test(`${what} is refused, with the step and what to do`, async t => {
    const refusal = await refused(t, 'InvalidArgument', async () => checkedSimulation(script));
    t.regex(refusal.message, message);
  });
}

test('what ends by itself needs no time before another step', t => {
  const script = scriptOf(
    stepOf('restart'),
    stepOf('start_refused'),
    stepOf('paused'),
    stepOf('error'),
    stepOf('idle'),
  );
  t.deepEqual(checkedSimulation(script), script);
});
