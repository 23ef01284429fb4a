import test from 'ava';
import {
  notReadyReason,
  type PrinterFacts,
  type PrinterSnapshot,
  type PrinterState,
  printerStates,
  stateCodeOf,
} from '../../src/domain/printer.ts';
import { someBed, someJob, somePrinter, TIME } from '../support/domain.ts';
import { snapshotOf } from '../support/fakes.ts';

const idle = snapshotOf('idle');

const ready: PrinterFacts = { printer: somePrinter(), bed: someBed(), job: undefined, pickup: undefined };

const reason = (facts: Partial<PrinterFacts>, snapshot: PrinterSnapshot = idle): string =>
  notReadyReason({ ...ready, ...facts }, snapshot, new Date(TIME));

test('a printer is ready only if nothing at all speaks against it', t => {
  t.is(reason({}), '');
  t.regex(reason({ printer: somePrinter({ removed: true }) }), /removed/);
  t.regex(reason({ printer: somePrinter({ worker: false }) }), /worker/);
  t.regex(notReadyReason(ready, undefined, new Date(TIME)), /Not yet read/);
  t.is(reason({ job: someJob({ id: 42, status: 'printing' }) }), 'Job 42 is on it.');
  const unknown = someJob({ id: 42, status: 'unknown' });
  t.is(reason({ job: unknown }), 'What became of job 42 on it is unknown: staff look and resolve it.');
  t.regex(reason({ bed: someBed({ state: 'occupied' }) }), /not clear/);
  t.regex(reason({ bed: someBed({ state: 'beingCleared' }) }), /picked up/);
  t.is(
    reason({ bed: someBed({ state: 'occupied' }) }, snapshotOf('error', { message: 'MINTEMP' })),
    'The printer has a fault: MINTEMP. Its bed is not clear.',
  );
  const unasked = somePrinter({ api: 'OctoPrint' });
  t.regex(reason({ printer: unasked }), /^Not yet identified/);
  t.is(reason({ printer: { ...unasked, identified: 'told' } }), '');
  t.is(reason({ printer: { ...unasked, identified: 'silent' } }), '');
  const maintained = somePrinter({ maintenance: { on: true, reason: 'new nozzle' } });
  t.regex(reason({ printer: maintained }), /new nozzle/);
});

test('only a resting printer is ready', t => {
  const resting: readonly PrinterState[] = ['idle', 'finished', 'stopped'];
  for (const state of printerStates) {
    const told = reason({}, snapshotOf(state, { message: 'Door open' }));
    t.is(told === '', resting.includes(state), state);
    if (told !== '') t.regex(told, /^The printer \S+ .*: Door open\.$/);
  }
});

test('state codes are positions in the public list', t => {
  t.is(stateCodeOf('unreachable'), 0);
  t.is(stateCodeOf('idle'), 4);
  t.is(stateCodeOf('unknown'), 16);
});
