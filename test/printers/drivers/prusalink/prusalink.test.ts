import test from 'ava';
import { createPrusaLinkDriver } from '../../../../src/printers/drivers/prusalink/prusalink.ts';
import { startFakeOctoPrint } from '../../../support/fake-octoprint.ts';
import { never, steppingClock } from '../../../support/one-printer.ts';
import { FILE, setUpBuddy as setUp, source, timeouts } from '../../../support/prusalink/setup.ts';

test('each state of Buddy has its neutral one; BUSY is no error and ATTENTION waits for a person', async t => {
  const { printer, driver, state } = await setUp(t);
  t.is(await state(), 'idle');
  printer.screen.busy();
  t.is(await state(), 'busy');
  printer.screen.attention();
  t.like(await driver.read(never), {
    state: 'attention',
    message: 'Look at its screen.',
  });
  printer.screen.attention(false);
  printer.screen.print(FILE);
  t.is(await state(), 'printing');
  printer.screen.pause();
  t.is(await state(), 'paused');
  printer.screen.stop();
  printer.advance(3_000);
  t.is(await state(), 'stopped');
  printer.screen.print(FILE);
  printer.finish();
  t.is(await state(), 'finished');
});

test("a reading: temperatures, progress, times, the long name and the printer's own id", async t => {
  const { printer, driver } = await setUp(t, { printTime: 100 });
  printer.screen.print('their long name.gcode');
  printer.advance(25_000);
  const snapshot = await driver.read(never);
  t.deepEqual(snapshot.nozzle, { actual: 214.8, target: 215 });
  t.deepEqual(snapshot.bed, { actual: 60.1, target: 60 });
  t.deepEqual(snapshot.head, { x: null, y: null, z: 12.4 });
  t.deepEqual(snapshot.job, {
    file: 'their long name.gcode',
    progress: 25,
    timeUsed: 25,
    timeLeft: 75,
    timeLeftApprox: null,
    native: { id: 42, display_name: 'their long name.gcode' },
  });
  t.deepEqual(snapshot.filament, { present: true, material: 'PLA', remaining: null });
});

test('the loaded filament is asked for again after a while, and may be none', async t => {
  const { printer, driver, clock } = await setUp(t);
  printer.screen.load('---');
  t.deepEqual((await driver.read(never)).filament, { present: false, material: '', remaining: null });
  printer.screen.load('PETG');
  t.false((await driver.read(never)).filament?.present);
  clock.advance(30_000);
  t.like((await driver.read(never)).filament, { present: true, material: 'PETG' });
  printer.mishap('garbage', /GET \/api\/printer$/);
  clock.advance(30_000);
  const without = await driver.read(never);
  t.like(without, { state: 'idle', filament: { present: null, material: '' } });
});

test('the trailing comma of older firmware is read over', async t => {
  const { printer, driver } = await setUp(t);
  printer.bugs.trailingComma = true;
  printer.screen.print('odd ,} name.gcode');
  t.is((await driver.read(never)).job?.file, 'odd ,} name.gcode');
});

test('identify says what answers there: Buddy firmware, its nozzle and filament', async t => {
  const { printer, driver } = await setUp(t);
  t.deepEqual(await driver.identify(never), {
    software: 'PrusaLink (Buddy firmware)',
    model: '',
    serialNumber: '10589-1',
    manufacturer: 'Prusa Research',
    nozzleDiameter: 0.4,
    bedSize: null,
    material: 'PLA',
    takesBgcode: true,
    camera: null,
  });
  printer.revokeKey();
  t.like(await t.throwsAsync(driver.identify(never)), { kind: 'unauthorized' });
  await printer.disconnect();
  t.like(await t.throwsAsync(driver.identify(never)), { kind: 'unreachable' });
});

test('identify tells another kind of server', async t => {
  const octoprint = await startFakeOctoPrint();
  t.teardown(() => octoprint.stop());
  const access = { url: octoprint.url, apiKey: 'fake-key' };
  const driver = createPrusaLinkDriver(access, { clock: steppingClock(), timeouts });
  t.like(await t.throwsAsync(driver.identify(never)), { kind: 'wrongKind' });
});

test('digest as user maker does all that the key does, with nonces that expire', async t => {
  const { printer, driver, clock, state } = await setUp(t, { digest: true });
  t.is(await state(), 'idle');
  t.is(printer.requests.length, 4, 'one challenge');
  printer.nonceLasts(5);
  clock.advance(6_000);
  t.is(await driver.upload(source, FILE, never), FILE);
  clock.advance(6_000);
  await driver.start(FILE, never);
  t.is(printer.starts(FILE), 1);
  printer.restart();
  t.is(await state(), 'idle');
  printer.revokeKey();
  const error = await t.throwsAsync(driver.read(never));
  t.like(error, { kind: 'unauthorized' });
  t.regex(error?.message ?? '', /maker/);
  t.notRegex(error?.message ?? '', new RegExp(printer.apiKey));
});

test('a key that is not accepted is unauthorized, for what reads and for what writes', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  printer.revokeKey();
  for (const act of [
    driver.read(never),
    driver.start(FILE, never),
    driver.upload(source, 'mes-2-1.gcode', never),
  ]) {
    const error = await t.throwsAsync(act);
    t.like(error, { name: 'DriverError', kind: 'unauthorized' });
    t.notRegex(error?.message ?? '', new RegExp(printer.apiKey));
  }
});

test('silence, an answer without end, nonsense and 500 are told apart from a refusal', async t => {
  const { printer, driver, state } = await setUp(t);
  await state();
  for (const [kind, expected] of [
    ['blackHole', 'unreachable'],
    ['slowLoris', 'unreachable'],
    ['error500', 'unreachable'],
    ['lostRequest', 'unreachable'],
    ['garbage', 'garbled'],
  ] as const) {
    const end = printer.mishap(kind, /^GET \/api\/v1\/status/, Infinity);
    t.like(await t.throwsAsync(driver.read(never)), { kind: expected }, kind);
    end();
  }
  t.is(await state(), 'idle');
});

test('a call ends at once when its signal is aborted', async t => {
  const { printer, driver } = await setUp(t);
  printer.mishap('blackHole', /./, Infinity);
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error('the worker stops')), 20);
  await t.throwsAsync(driver.read(abort.signal), { message: 'the worker stops' });
});

test('pause, resume and stop name the job by its id; a refusal is a refusal', async t => {
  const { printer, driver, state } = await setUp(t);
  t.like(await t.throwsAsync(driver.pause(never)), { kind: 'refused' });
  printer.screen.print(FILE);
  t.like(await t.throwsAsync(driver.resume(never)), { kind: 'refused' });
  await driver.pause(never);
  printer.advance(2_000);
  t.is(await state(), 'paused');
  await driver.resume(never);
  printer.advance(2_000);
  t.is(await state(), 'printing');
});

test('a stop is seen as cancelling until it has parked, and never hits the print of another', async t => {
  const { printer, driver, state, clock } = await setUp(t);
  printer.screen.print('their.gcode');
  t.like(await t.throwsAsync(driver.cancel(FILE, never)), { kind: 'refused' });
  t.is(await state(), 'printing');
  await driver.cancel('their.gcode', never);
  t.is(printer.state(), 'PRINTING');
  t.is(await state(), 'cancelling');
  printer.advance(3_000);
  t.is(await state(), 'stopped');
  printer.screen.print('next.gcode');
  t.is(await state(), 'printing', 'the next job is not being cancelled');
  clock.advance(1);
});

test('a start: refused for certain without the file; 409 on Buddy may have started it all the same', async t => {
  const { printer, driver, state } = await setUp(t);
  t.like(await t.throwsAsync(driver.start(FILE, never)), { kind: 'refused' });
  await driver.upload(source, FILE, never);
  printer.bugs.spuriousStartConflicts = 1;
  t.like(await t.throwsAsync(driver.start(FILE, never)), { kind: 'unreachable' });
  printer.advance(1_000);
  t.is(await state(), 'printing');
  t.is(printer.starts(FILE), 1);
  await driver.upload(source, 'mes-2-1.gcode', never);
  t.like(await t.throwsAsync(driver.start('mes-2-1.gcode', never)), { kind: 'refused' }, 'another prints');
});

test('an end screen that refuses a start makes it busy until it is dismissed', async t => {
  const { printer, driver, state } = await setUp(t);
  await driver.upload(source, FILE, never);
  printer.screen.print('their.gcode');
  printer.finish();
  printer.bugs.conflictAtEndScreen = true;
  t.is(await state(), 'finished');
  await t.throwsAsync(driver.start(FILE, never));
  const blocked = await driver.read(never);
  t.is(blocked.state, 'busy');
  t.regex(blocked.message, /dismiss/);
  printer.screen.dismiss();
  t.is(await state(), 'idle');
});

test('a printed file is removed by its 8.3 name, which dismisses its end screen; one that is busy is refused', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  await driver.start(FILE, never);
  t.like(await t.throwsAsync(driver.remove(FILE, never)), { kind: 'refused' });
  printer.finish();
  printer.bugs.busyDeletions = 1;
  t.like(await t.throwsAsync(driver.remove(FILE, never)), { kind: 'refused' });
  await driver.remove(FILE, never);
  t.is(printer.files.size, 0);
  t.is(printer.state(), 'IDLE');
  await t.notThrowsAsync(driver.remove(FILE, never));
});

test('requests go one after the other: a look from elsewhere needs no connection more', async t => {
  const { printer, driver } = await setUp(t);
  await Promise.all([driver.read(never), driver.identify(never), driver.read(never), driver.identify(never)]);
  t.is(printer.mostActive(), 1);
});
