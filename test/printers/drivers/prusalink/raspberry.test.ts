/** Where PrusaLink on a Raspberry Pi differs from Buddy firmware. */
import test from 'ava';
import { never } from '../../../support/one-printer.ts';
import { FILE, setUpRaspberryPi as setUp, source } from '../../../support/prusalink/setup.ts';

test('identify says version, model as slicers write it, nozzle, and that it takes no binary g-code', async t => {
  const { driver } = await setUp(t);
  t.like(await driver.identify(never), {
    software: 'PrusaLink 0.8.1',
    model: 'MK3S',
    nozzleDiameter: 0.4,
    bedSize: null,
    material: '',
    takesBgcode: false,
    camera: null,
  });
});

for (const [told, model] of [
  ['I3MK3', 'MK3'],
  ['I3MK25', 'MK25'],
  ['I3MK25S', 'MK25S'],
  ['something else', ''],
] as const) {
  test(`PrusaLink ${told} is ${model === '' ? 'no model' : model}`, async t => {
    const { driver } = await setUp(t, { model: told });
    t.is((await driver.identify(never)).model, model);
  });
}

test('its camera is asked for with the key; with a user name nobody else could send what it takes', async t => {
  const byKey = await setUp(t);
  byKey.printer.plugCamera();
  t.deepEqual((await byKey.driver.identify(never)).camera, {
    stream: '',
    snapshot: `${byKey.printer.url}/api/v1/cameras/snap`,
    headers: { 'X-Api-Key': byKey.printer.apiKey },
  });
  const byName = await setUp(t, { digest: true });
  byName.printer.plugCamera();
  t.deepEqual((await byName.driver.identify(never)).camera, {
    stream: '',
    snapshot: `${byName.printer.url}/api/v1/cameras/snap`,
  });
  byName.printer.plugCamera(false);
  t.is((await byName.driver.identify(never)).camera, null);
});

test('digest with MD5-sess does all that the key does, uploads too, with nonces that expire and end with a restart', async t => {
  const { printer, driver, clock, state } = await setUp(t, { digest: true });
  t.is(await state(), 'idle');
  t.is(printer.requests.length, 4, 'one challenge');
  clock.advance(180_000);
  t.is(await driver.upload(source, FILE, never), FILE);
  t.is(printer.files.get(FILE)?.size, source.size);
  clock.advance(180_000);
  await driver.start(FILE, never);
  t.is(printer.starts(FILE), 1);
  printer.restart();
  clock.advance(3_000);
  t.is(await state(), 'idle');
  printer.revokeKey();
  const error = await t.throwsAsync(driver.read(never));
  t.like(error, { kind: 'unauthorized' });
  t.notRegex(error?.message ?? '', new RegExp(printer.apiKey));
});

test('a key that is not accepted is unauthorized, for what reads and for what writes', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  printer.revokeKey();
  for (const act of [driver.identify(never), driver.read(never), driver.start(FILE, never)]) {
    t.like(await t.throwsAsync(act), { kind: 'unauthorized' });
  }
});

test('each state has its neutral one: READY is idle, and the end is busy for as long as it shows', async t => {
  const { printer, driver, state } = await setUp(t, { printTime: 100 });
  t.is(await state(), 'idle');
  printer.screen.ready();
  t.is(await state(), 'idle');
  printer.screen.busy();
  t.is(await state(), 'busy');
  printer.screen.ready(false);
  printer.screen.print(FILE);
  t.is(await state(), 'printing');
  printer.screen.attention();
  t.is(await state(), 'attention');
  printer.screen.attention(false);
  printer.finish();
  t.like(await driver.read(never), { state: 'busy', message: 'It shows its print as finished for a while.' });
  printer.advance(11_000);
  t.is(await state(), 'idle');
  printer.screen.print(FILE);
  printer.screen.stop();
  printer.advance(300);
  t.like(await driver.read(never), { state: 'busy', message: 'It shows its print as stopped for a while.' });
  printer.fail('Serial device does not exist');
  t.like(await driver.read(never), { state: 'error', message: 'Serial device does not exist' });
  printer.restart();
  t.like(await t.throwsAsync(state()), { kind: 'unreachable' });
});

test('a reading: no time left without estimates, no filament, the job by its name', async t => {
  const { printer, driver } = await setUp(t, { printTime: 100 });
  printer.screen.print('their part.gcode');
  printer.advance(25_000);
  const snapshot = await driver.read(never);
  t.deepEqual(snapshot.job, {
    file: 'their part.gcode',
    progress: 25,
    timeUsed: 25,
    timeLeft: null,
    timeLeftApprox: null,
    native: { id: 42, display_name: 'their part.gcode' },
  });
  t.deepEqual(snapshot.filament, { present: null, material: '', remaining: null });
});

test('a file goes to local, and is sent once it is listed: a start finds it', async t => {
  const { printer, driver, sent } = await setUp(t);
  t.is(await driver.upload(source, FILE, never), FILE);
  t.is(sent(`PUT /api/v1/files/local/${FILE}`), 1);
  await driver.start(FILE, never);
  t.is(printer.starts(FILE), 1);
});

test('a file that is taken and not listed for 10 s is no upload; one that is listed late is', async t => {
  const { printer, driver, sent } = await setUp(t);
  printer.listsAfter(60_000);
  const error = await t.throwsAsync(driver.upload(source, FILE, never));
  t.like(error, { kind: 'garbled' });
  t.regex(error?.message ?? '', /does not list it/);
  printer.advance(60_000);
  await t.notThrowsAsync(driver.upload(source, FILE, never));
  t.is(sent('PUT'), 1, 'it is there');
  printer.listsAfter(9_000);
  await t.notThrowsAsync(driver.upload(source, 'mes-2-1.gcode', never));
});

test('binary g-code is refused before anything is sent', async t => {
  const { printer, driver, sent } = await setUp(t);
  const binary = { ...source, kind: 'bgcode' } as const;
  const error = await t.throwsAsync(driver.upload(binary, 'mes-1-1.bgcode', never));
  t.like(error, { kind: 'noBgcode' });
  t.regex(error?.message ?? '', /Raspberry Pi prints no binary g-code/);
  t.is(sent('PUT'), 0);
  t.is(printer.files.size, 0);
});

test('a 409 to a start is certain: nothing was started, whatever it shows by then', async t => {
  const { printer, driver, clock } = await setUp(t);
  await driver.upload(source, FILE, never);
  const refused = async (why: string) => {
    const error = await t.throwsAsync(driver.start(FILE, never), undefined, why);
    t.like(error, { kind: 'refused' }, why);
    t.regex(error?.message ?? '', /409/);
  };
  printer.screen.print('their.gcode');
  await refused('it prints another');
  printer.finish();
  await refused('it shows the end');
  printer.advance(11_000);
  printer.screen.attention();
  await refused('it waits for a person');
  printer.screen.attention(false);
  printer.fail();
  await refused('it has a fault');
  t.deepEqual(printer.started, ['their.gcode']);
  printer.mend();
  clock.advance(20_000);
  await driver.start(FILE, never);
  t.is(printer.starts(FILE), 1);
});

test('ids are no uint16, and the one of the first print is found', async t => {
  const { printer, driver } = await setUp(t, { jobId: 65_535 });
  const baseline = (latest: number) => driver.baseline?.(async () => ({ id: latest }), never);
  printer.screen.print('their.gcode');
  t.is(printer.jobId(), 65_536);
  t.deepEqual(await baseline(65_530), { id: 65_536 });
  const fresh = await setUp(t, { jobId: 0 });
  t.deepEqual(await fresh.driver.baseline?.(async () => ({ id: 0 }), never), { id: 0 });
});

test('a print that was seen has ended as it shows; later nobody knows, but for whoever saw it', async t => {
  const { printer, driver, newDriver, attempt, outcome, state } = await setUp(t);
  await driver.upload(source, FILE, never);
  const seen = await attempt({ native: { id: 42, display_name: FILE } });
  await driver.start(FILE, never);
  await t.throwsAsync(outcome(seen), { message: /active after all/ });
  await state();
  printer.finish();
  t.is(await outcome(seen), 'finished');
  printer.advance(11_000);
  t.is(await outcome(seen), 'finished', 'its end was seen');
  t.is(await outcome(seen, newDriver()), 'unknown', 'idle is no success');
  printer.screen.print('their.gcode');
  await state();
  printer.screen.stop();
  printer.advance(300);
  t.is(await outcome({ ...seen, native: { id: 43 } }), 'cancelled');
});

test('a print that ended with a fault has failed, also when it is called stopped once the fault is over', async t => {
  const { printer, driver, attempt, state } = await setUp(t);
  await driver.upload(source, FILE, never);
  const seen = await attempt({ native: { id: 42, display_name: FILE } });
  await driver.start(FILE, never);
  await state();
  printer.fail('Serial device does not exist');
  t.is(await state(), 'error');
  t.deepEqual(await driver.outcomeOf(seen, never), {
    kind: 'failed',
    reason: 'The printer failed: Serial device does not exist',
  });
  printer.mend();
  printer.advance(2_000);
  t.is(await state(), 'busy');
  t.is(printer.state(), 'STOPPED');
  const later = await driver.outcomeOf(seen, never);
  t.deepEqual(later, { kind: 'failed', reason: 'The printer failed: Serial device does not exist' });
});

test('a fault that comes after the end changes nothing about it', async t => {
  const { printer, driver, attempt, outcome, state } = await setUp(t);
  await driver.upload(source, FILE, never);
  const seen = await attempt({ native: { id: 42, display_name: FILE } });
  await driver.start(FILE, never);
  await state();
  printer.finish();
  await state();
  printer.fail();
  await state();
  t.is(await outcome(seen), 'finished');
});

test('never started is proven once the file is no longer listed, so that no late start hangs it', async t => {
  const { printer, driver, attempt, outcome, sent } = await setUp(t);
  await driver.upload(source, FILE, never);
  const of = await attempt();
  t.deepEqual(of.baseline, { id: 41 });
  t.is(await outcome(of), 'neverStarted');
  t.is(printer.files.size, 0);
  t.true(sent(`GET /api/v1/files/local/${FILE}`) > 2, 'it waited for the list');
  t.like(await t.throwsAsync(driver.start(FILE, never)), { kind: 'refused' }, 'a start that comes late');
  t.is(printer.state(), 'IDLE');
  t.is(printer.starts(FILE), 0);
});

test('a printed file is removed while the end shows; one that prints is kept, one that is not there is removed', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  await driver.start(FILE, never);
  t.like(await t.throwsAsync(driver.remove(FILE, never)), { kind: 'refused' });
  printer.finish();
  await driver.remove(FILE, never);
  t.is(printer.files.size, 0);
  t.is(printer.state(), 'FINISHED', 'unlike on Buddy');
  printer.advance(1_000);
  await t.notThrowsAsync(driver.remove(FILE, never));
});

test('pause, resume and stop: taken at once, seen a moment later', async t => {
  const { printer, driver, state } = await setUp(t);
  t.like(await t.throwsAsync(driver.pause(never)), { kind: 'refused' });
  printer.screen.print(FILE);
  await driver.pause(never);
  t.is(await state(), 'printing');
  printer.advance(1_000);
  t.is(await state(), 'paused');
  t.like(await t.throwsAsync(driver.pause(never)), { kind: 'refused' });
  await driver.resume(never);
  printer.advance(200);
  t.is(await state(), 'printing');
  t.like(await t.throwsAsync(driver.cancel('another.gcode', never)), { kind: 'refused' });
  await driver.cancel(FILE, never);
  t.is(await state(), 'cancelling');
  printer.advance(300);
  t.is(printer.state(), 'STOPPED');
});
