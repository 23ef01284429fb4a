import test from 'ava';
import { never } from '../../../support/one-printer.ts';
import { FILE, setUpBuddy as setUp, source } from '../../../support/prusalink/setup.ts';

test('the file goes up whole as a raw body, once, and is not started', async t => {
  const { printer, driver } = await setUp(t);
  t.is(await driver.upload(source, FILE, never), FILE);
  t.is(printer.files.get(FILE)?.size, source.size);
  await driver.upload(source, FILE, never);
  t.is(printer.requests.filter(line => line.startsWith('PUT')).length, 1, 'the same file is there');
  printer.drive.write('mes-2-1.gcode', 5, '', 0);
  await driver.upload(source, 'mes-2-1.gcode', never);
  t.is(printer.files.get('mes-2-1.gcode')?.size, source.size, 'half a file is replaced');
  t.deepEqual(printer.started, []);
});

test('whether the file is there decides, not the answer to the upload', async t => {
  const { printer, driver } = await setUp(t);
  printer.bugs.spuriousUploadConflicts = 1;
  await driver.upload(source, FILE, never);
  printer.mishap('lostAnswer', /^PUT/);
  await driver.upload(source, 'mes-2-1.gcode', never);
  printer.mishap('noAnswer', /^PUT/);
  await driver.upload(source, 'mes-3-1.gcode', never);
  t.is(printer.files.size, 3);
  for (const kind of ['halfRequest', 'lostRequest', 'blackHole', 'error500', 'garbage'] as const) {
    printer.mishap(kind, /^PUT/);
    const error = await t.throwsAsync(driver.upload(source, 'mes-4-1.gcode', never), undefined, kind);
    t.is(error?.name, 'DriverError');
    t.false(printer.files.has('mes-4-1.gcode'), kind);
  }
});

test('another transfer makes it busy and refuses an upload; a missing or full drive says so', async t => {
  const { printer, driver, state } = await setUp(t);
  printer.transfer.start('their.gcode');
  t.like(await driver.read(never), { state: 'busy', message: 'A file is being sent to it.' });
  t.like(await t.throwsAsync(driver.upload(source, FILE, never)), { kind: 'refused' });
  printer.transfer.end();
  t.is(await state(), 'idle');
  printer.drive.fill();
  const full = await t.throwsAsync(driver.upload(source, FILE, never));
  t.like(full, { kind: 'outOfOrder' });
  t.regex(full?.message ?? '', /507.*USB full/);
  printer.drive.takeOut();
  const missing = await t.throwsAsync(driver.upload(source, FILE, never));
  t.like(missing, { kind: 'outOfOrder' });
  t.regex(missing?.message ?? '', /no drive/);
});

test('a stored file that cannot be read is told apart from a printer that is away', async t => {
  const { driver, printer } = await setUp(t);
  const error = await t.throwsAsync(
    driver.upload({ ...source, path: `${source.path}.missing` }, FILE, never),
  );
  t.like(error, { name: 'DriverError', kind: 'refused' });
  t.regex(error?.message ?? '', /stored file cannot be read/);
  t.is(printer.files.size, 0);
});
