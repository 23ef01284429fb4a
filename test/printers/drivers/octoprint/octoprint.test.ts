import test from 'ava';
import { createOctoPrintDriver } from '../../../../src/printers/drivers/octoprint/octoprint.ts';
import { API_KEY } from '../../../support/fake-octoprint.ts';
import { setUpOctoPrint as setUp, timeouts } from '../../../support/octoprint-setup.ts';
import { never } from '../../../support/one-printer.ts';

for (const [shown, state] of [
  ['Operational', 'idle'],
  ['Printing', 'printing'],
  ['Pausing', 'pausing'],
  ['Paused', 'paused'],
  ['Resuming', 'resuming'],
  ['Cancelling', 'cancelling'],
  ['Error', 'error'],
] as const) {
  test(`OctoPrint's ${shown} is ${state}`, async t => {
    const { printer, driver } = await setUp(t);
    printer.show(shown);
    t.is((await driver.read(never)).state, state);
  });
}

test('nozzle and bed are not mixed up, and null times are passed on', async t => {
  const { printer, driver } = await setUp(t);
  printer.startForeign('a.gcode');
  const snapshot = await driver.read(never);
  t.deepEqual(snapshot.nozzle, { actual: 209.5, target: 210 });
  t.deepEqual(snapshot.bed, { actual: 60.5, target: 60 });
  t.like(snapshot.job, { file: 'a.gcode', progress: 0 });
  printer.progress(25);
  t.like((await driver.read(never)).job, { progress: 25, timeUsed: 30, timeLeft: 90, timeLeftApprox: 90 });
});

test('a closed connection to the printer is opened, at most once a minute', async t => {
  const { printer, driver, clock } = await setUp(t);
  printer.refuse(/POST \/api\/connection/, 400);
  printer.restart(false);
  const words =
    'Choose its port in OctoPrint and press Connect there: OctoPrint refused to connect by itself.';
  for (let round = 0; round < 3; round++)
    t.like(await driver.read(never), { state: 'offline', message: words });
  const connects = () => printer.requests.filter(line => line.startsWith('POST /api/connection')).length;
  t.is(connects(), 1);
  clock.advance(60_000);
  await driver.read(never);
  t.is(connects(), 2);
});

test('a printer that OctoPrint is told to connect says so', async t => {
  const { printer, driver } = await setUp(t);
  printer.restart(false);
  t.like(await driver.read(never), {
    state: 'offline',
    message: 'OctoPrint is asked once a minute to connect it.',
  });
});

test('after a fault the connection is left to people', async t => {
  const { printer, driver } = await setUp(t);
  printer.fail('Thermal runaway');
  const snapshot = await driver.read(never);
  t.like(snapshot, {
    state: 'error',
    message: 'Thermal runaway. When that is mended, press Connect in OctoPrint.',
  });
  t.false(printer.requests.some(line => line.startsWith('POST /api/connection')));
});

test('a bad key is unauthorized, for what reads and for what writes', async t => {
  const { printer, driver } = await setUp(t);
  printer.revokeKey();
  await t.throwsAsync(driver.read(never), { message: /API key/ });
  const error = await t.throwsAsync(driver.start('a.gcode', never));
  t.like(error, { name: 'DriverError', kind: 'unauthorized' });
  t.notRegex(error?.message ?? '', new RegExp(API_KEY));
});

test('silence, a closed port and an answer that makes no sense', async t => {
  const { printer, driver, clock } = await setUp(t);
  printer.mishap('noAnswer', /GET \/api\/job/);
  const silence = await t.throwsAsync(driver.read(never));
  t.like(silence, { kind: 'unreachable' });
  t.regex(silence?.message ?? '', /GET api\/job within 1.5 s/);
  const nobody = createOctoPrintDriver({ url: 'http://127.0.0.1:9', apiKey: 'k' }, { clock, timeouts });
  t.like(await t.throwsAsync(nobody.read(never)), { kind: 'unreachable' });
  printer.refuse(/GET \/api\/job/, 302);
  const redirect = await t.throwsAsync(driver.read(never));
  t.like(redirect, { kind: 'garbled' });
  t.regex(redirect?.message ?? '', /final URL/);
});

test('a call ends at once when its signal is aborted', async t => {
  const { printer, driver } = await setUp(t);
  printer.mishap('noAnswer', /GET \/api\/printer/);
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error('the worker stops')), 20);
  await t.throwsAsync(driver.read(abort.signal), { message: 'the worker stops' });
});

test('a cancel never hits the print of another', async t => {
  const { printer, driver } = await setUp(t);
  printer.startForeign('their.gcode');
  t.like(await t.throwsAsync(driver.cancel('mes-1-1.gcode', never)), { kind: 'refused' });
  t.is((await driver.read(never)).state, 'printing');
});

test('a file that is not there has been removed', async t => {
  const { driver } = await setUp(t);
  await t.notThrowsAsync(driver.remove('never-there.gcode', never));
});
