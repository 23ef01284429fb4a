import test from 'ava';
import { notReadyReason, type PrinterState, printerStates, stateCodeOf } from '../../src/domain/printer.ts';
import { someBed, somePrinter } from '../support/domain.ts';
import { snapshotOf } from '../support/fakes.ts';

const idle = snapshotOf('idle');

test('a printer is ready only if nothing at all speaks against it', t => {
  t.is(notReadyReason(somePrinter(), someBed(), idle, 0), '');
  t.regex(notReadyReason(somePrinter({ removed: true }), someBed(), idle, 0), /removed/);
  t.regex(notReadyReason(somePrinter({ worker: false }), someBed(), idle, 0), /worker/);
  t.regex(notReadyReason(somePrinter(), someBed(), undefined, 0), /Not yet read/);
  t.regex(notReadyReason(somePrinter(), someBed(), idle, 42), /Job 42/);
  t.regex(notReadyReason(somePrinter(), someBed({ state: 'occupied' }), idle, 0), /not clear/);
  t.regex(notReadyReason(somePrinter(), someBed({ state: 'beingCleared' }), idle, 0), /picked up/);
  const maintained = somePrinter({ maintenance: { on: true, reason: 'new nozzle' } });
  t.regex(notReadyReason(maintained, someBed(), idle, 0), /new nozzle/);
});

test('only a resting printer is ready', t => {
  const resting: readonly PrinterState[] = ['idle', 'finished', 'stopped'];
  for (const state of printerStates) {
    const reason = notReadyReason(somePrinter(), someBed(), snapshotOf(state), 0);
    t.is(reason === '', resting.includes(state), state);
  }
});

test('state codes are positions in the public list', t => {
  t.is(stateCodeOf('unreachable'), 0);
  t.is(stateCodeOf('idle'), 4);
  t.is(stateCodeOf('unknown'), 16);
});
