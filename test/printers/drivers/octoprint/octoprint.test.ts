import { rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { PrintAttempt } from '../../../../src/app/ports.ts';
import { createOctoPrintDriver } from '../../../../src/printers/drivers/octoprint/octoprint.ts';
import { API_KEY, startFakeOctoPrint } from '../../../support/fake-octoprint.ts';
import { steppingClock } from '../../../support/one-printer.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** Long enough for a busy machine. */
const timeouts = { status: 1500, command: 1500, uploadIdle: 1500 };
const never = new AbortController().signal;

const gcode = 'G90\nG1 X10\n';
const path = join(temporaryFolder(), 'part.gcode');
writeFileSync(path, gcode);
const source = { path, size: gcode.length, sha256: 'ab'.repeat(32), kind: 'gcode' } as const;

const setUp = async (t: { teardown(fn: () => Promise<void>): void }) => {
  const clock = steppingClock();
  const printer = await startFakeOctoPrint(clock.now);
  t.teardown(() => printer.stop());
  return {
    clock,
    printer,
    driver: createOctoPrintDriver({ url: printer.url, apiKey: API_KEY }, { clock, timeouts }),
  };
};

const attempt = { file: 'mes-1-1.gcode', native: null, intentTime: '2026-01-05T08:00:00.000Z', unique: true };
const seen = { ...attempt, native: { path: 'mes-1-1.gcode' } };

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

test('the file goes up with its length, is selected and not started, and the returned path counts', async t => {
  const { printer, driver } = await setUp(t);
  printer.sanitiseNames(name => name.replace('&', ''));
  t.is(await driver.upload(source, 'mes-1&-1.gcode', never), 'mes-1-1.gcode');
  t.is(printer.files.get('mes-1-1.gcode')?.size, gcode.length);
  t.deepEqual(printer.started, []);
  t.like(await driver.read(never), { state: 'idle', job: { file: 'mes-1-1.gcode' } });
});

test('the same file that is already there is not sent again; another one or one that was printed is', async t => {
  const { printer, driver } = await setUp(t);
  const uploads = () =>
    printer.requests.filter(
      line => line.startsWith('POST /api/files/local ') || line === 'POST /api/files/local',
    ).length;
  await driver.upload(source, 'mes-1-1.gcode', never);
  await driver.upload(source, 'mes-1-1.gcode', never);
  t.is(uploads(), 1);
  await driver.upload({ ...source, sha256: 'cd'.repeat(32) }, 'mes-1-1.gcode', never);
  t.is(uploads(), 2);
  printer.startStored('mes-1-1.gcode');
  printer.finish();
  await driver.upload({ ...source, sha256: 'cd'.repeat(32) }, 'mes-1-1.gcode', never);
  t.is(uploads(), 3);
  t.is(printer.files.get('mes-1-1.gcode')?.prints, undefined, 'evidence of the other print is gone');
});

test('an upload that nobody takes in ends after the idle time', async t => {
  const large = join(tmpdir(), `mes-large-${process.pid}.gcode`);
  writeFileSync(large, Buffer.alloc(16 * 1024 * 1024, 'G'));
  const deaf = createServer(socket => {
    socket.on('error', () => undefined);
    // Answers the look for the file; of the upload it takes the first bytes alone.
    socket.once('data', data => {
      if (!data.includes('GET ')) return void socket.pause();
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}');
    });
  });
  await new Promise<void>(resolve => deaf.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    deaf.close();
    rmSync(large);
  });
  const url = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
  const driver = createOctoPrintDriver({ url, apiKey: 'k' }, { clock: steppingClock(), timeouts });
  const error = await t.throwsAsync(
    driver.upload({ ...source, path: large, size: 16 * 1024 * 1024 }, 'large.gcode', never),
  );
  t.like(error, { name: 'DriverError', kind: 'unreachable' });
  t.regex(error?.message ?? '', /Nothing moved for 1.5 s/);
});

test('a stored file that cannot be read is told apart from a printer that is away', async t => {
  const { driver, printer } = await setUp(t);
  const missing = { ...source, path: `${path}.missing` };
  const error = await t.throwsAsync(driver.upload(missing, 'mes-1-1.gcode', never));
  t.like(error, { name: 'DriverError', kind: 'refused' });
  t.regex(error?.message ?? '', /stored file cannot be read/);
  t.is(printer.files.size, 0);
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

test('a disk that is full is told apart from other trouble with an upload', async t => {
  const { printer, driver } = await setUp(t);
  printer.leave(1);
  const error = await t.throwsAsync(driver.upload(source, 'mes-1-1.gcode', never));
  t.like(error, { name: 'DriverError', kind: 'outOfOrder' });
  t.regex(error?.message ?? '', /^OctoPrint has no room for files: 0\.0 MB of its disk are free/);
  t.is(printer.files.size, 0);
  printer.leave(8e9);
  printer.refuse(/POST \/api\/files\/local/, 500);
  t.like(await t.throwsAsync(driver.upload(source, 'mes-2-1.gcode', never)), { kind: 'unreachable' });
});
