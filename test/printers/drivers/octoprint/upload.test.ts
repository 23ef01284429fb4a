import { rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { createOctoPrintDriver } from '../../../../src/printers/drivers/octoprint/octoprint.ts';
import { setUpOctoPrint as setUp, source, timeouts } from '../../../support/octoprint-setup.ts';
import { never, steppingClock } from '../../../support/one-printer.ts';

test('the file goes up with its length, is selected and not started, and the returned path counts', async t => {
  const { printer, driver } = await setUp(t);
  printer.sanitiseNames(name => name.replace('&', ''));
  t.is(await driver.upload(source, 'mes-1&-1.gcode', never), 'mes-1-1.gcode');
  t.is(printer.files.get('mes-1-1.gcode')?.size, source.size);
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
  const missing = { ...source, path: `${source.path}.missing` };
  const error = await t.throwsAsync(driver.upload(missing, 'mes-1-1.gcode', never));
  t.like(error, { name: 'DriverError', kind: 'refused' });
  t.regex(error?.message ?? '', /stored file cannot be read/);
  t.is(printer.files.size, 0);
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
