import test from 'ava';
import type { PrintAttempt } from '../../../../src/app/ports.ts';
import { attempt, setUpOctoPrint as setUp, source } from '../../../support/octoprint-setup.ts';
import { never } from '../../../support/one-printer.ts';

const seen = { ...attempt, native: { path: attempt.file } };

test('the outcome of a print by evidence', async t => {
  const { printer, driver } = await setUp(t);
  const outcome = async (of: PrintAttempt = seen) => (await driver.outcomeOf(of, never)).kind;
  await driver.upload(source, 'mes-1-1.gcode', never);
  printer.startStored('mes-1-1.gcode');
  await t.throwsAsync(outcome(), { message: /active after all/ });
  printer.restart();
  t.is(await outcome(), 'unknown', 'OctoPrint was restarted');
  t.is(await outcome(attempt), 'unknown', 'also when the start was never confirmed');
  printer.startStored('mes-1-1.gcode');
  printer.finish();
  t.is(await outcome(), 'finished');
  printer.restart();
  t.is(await outcome(), 'finished', 'recorded by OctoPrint');
  printer.startStored('mes-1-1.gcode');
  printer.cancelAtPrinter();
  t.is(await outcome(), 'cancelled');
  printer.startStored('mes-1-1.gcode');
  printer.fail('Thermal runaway');
  const failed = await driver.outcomeOf(seen, never);
  t.is(failed.kind, 'failed');
  printer.restart();
  t.is(await outcome(), 'failed');
  printer.startForeign('their.gcode');
  t.is(await outcome(), 'failed', 'another print does not hide the record');
});

test('a clock that runs apart never turns a print that ended into one that never started', async t => {
  const { printer, driver, clock } = await setUp(t);
  await driver.upload(source, 'mes-1-1.gcode', never);
  printer.startStored('mes-1-1.gcode');
  printer.cancelAtPrinter();
  clock.advance(86_400_000);
  const later = { ...attempt, intentTime: clock.now().toISOString() };
  t.is((await driver.outcomeOf(later, never)).kind, 'cancelled');
  const reused = { ...later, unique: false };
  t.is((await driver.outcomeOf(reused, never)).kind, 'unknown', 'the record may be of an earlier print');
});
