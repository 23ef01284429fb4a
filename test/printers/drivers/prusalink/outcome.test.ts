import test from 'ava';
import { never } from '../../../support/one-printer.ts';
import { FILE, setUpBuddy as setUp, source } from '../../../support/prusalink/setup.ts';

test('a print that was seen has ended as the screen shows, while that screen is of its id', async t => {
  const { printer, driver, newDriver, attempt, outcome, state } = await setUp(t);
  await driver.upload(source, FILE, never);
  const unseen = await attempt();
  await driver.start(FILE, never);
  const seen = { ...unseen, native: { id: 42, display_name: FILE } };
  await t.throwsAsync(outcome(seen), { message: /active after all/ });
  printer.screen.busy();
  await t.throwsAsync(outcome(seen), { message: /no end/ }, 'recovery after a crash hides the job');
  printer.screen.busy(false);
  printer.finish();
  t.is(await outcome(seen), 'finished');
  t.is(await outcome(unseen), 'unknown', 'whose print it was is not known');
  printer.screen.print('their.gcode');
  printer.screen.stop();
  printer.advance(3_000);
  t.is(await outcome(seen), 'finished', 'its end was seen');
  t.is(await outcome(seen, newDriver()), 'unknown', 'the screen is of another print');
  t.is(await outcome({ ...seen, native: { id: 43 } }), 'cancelled');
  printer.screen.print('third.gcode');
  await state();
  printer.finish();
  await state();
  printer.screen.dismiss();
  t.is(
    await outcome({ ...seen, native: { id: 44 } }),
    'finished',
    'the end was seen before it was dismissed',
  );
});

test('idle is no success: an end that nobody saw is unknown', async t => {
  const { printer, driver, attempt, outcome } = await setUp(t);
  await driver.upload(source, FILE, never);
  const seen = await attempt({ native: { id: 42 } });
  await driver.start(FILE, never);
  printer.progress(100);
  printer.restart();
  t.is(await outcome(seen), 'unknown');
});

test('never started is proven by the job id, and its file is removed so that no late start can follow', async t => {
  const { printer, driver, attempt, outcome } = await setUp(t);
  await driver.upload(source, FILE, never);
  const of = await attempt();
  t.deepEqual(of.baseline, { id: 41 });
  t.is(await outcome(of), 'neverStarted');
  t.false(printer.files.has(FILE));
  t.like(await t.throwsAsync(driver.start(FILE, never)), { kind: 'refused' }, 'a start that comes late');
  t.is(await outcome(of), 'neverStarted', 'the proof still stands');
  t.is(printer.starts(FILE), 0);
});

test('without the id of before the intent nothing is proven, nor while the file cannot be removed', async t => {
  const { printer, driver, attempt, outcome } = await setUp(t);
  await driver.upload(source, FILE, never);
  t.is(await outcome(await attempt({ baseline: null })), 'unknown');
  t.true(printer.files.has(FILE));
  const of = await attempt();
  printer.bugs.busyDeletions = 1;
  t.is(await outcome(of), 'unknown');
  t.is(await outcome(of), 'neverStarted');
});

test('a start that is being prepared while the evidence is gathered is no proof of none', async t => {
  const { printer, driver, attempt } = await setUp(t);
  await driver.upload(source, FILE, never);
  const of = await attempt();
  printer.bugs.spuriousStartConflicts = 1;
  await t.throwsAsync(driver.start(FILE, never));
  t.is(printer.state(), 'IDLE');
  const error = await t.throwsAsync(driver.outcomeOf(of, never));
  t.like(error, { kind: 'refused' }, 'it asks at its screen where the file is');
  t.is(printer.starts(FILE), 0, 'without its file it prints nothing');
});

test('a foreign print under the next id proves that ours never started; two prints prove nothing', async t => {
  const { printer, driver, attempt, outcome } = await setUp(t);
  await driver.upload(source, FILE, never);
  const of = await attempt();
  printer.screen.print('their.gcode');
  t.is(await outcome(of), 'neverStarted');
  t.is(printer.state(), 'PRINTING', 'their print goes on');
  printer.screen.stop();
  printer.advance(3_000);
  printer.screen.print('second.gcode');
  t.is(await outcome(of), 'unknown');
});

test('the id wraps as uint16, and is found again after foreign prints that nobody saw', async t => {
  const { printer, driver, attempt, outcome } = await setUp(t, { jobId: 65_535 });
  const baseline = (latest: number | undefined) =>
    driver.baseline?.(async () => (latest === undefined ? null : { id: latest }), never);
  t.is(await baseline(undefined), null, 'nothing to try');
  t.is(await baseline(60_000), null, 'too far away');
  t.deepEqual(await baseline(65_530), { id: 65_535 });
  await driver.upload(source, FILE, never);
  const of = await attempt();
  printer.screen.print('their.gcode');
  t.is(printer.jobId(), 0);
  t.is(await outcome(of), 'neverStarted');
  t.deepEqual(await baseline(undefined), { id: 0 }, 'remembered from what was seen');
});
