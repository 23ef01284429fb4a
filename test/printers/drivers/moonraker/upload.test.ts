import test from 'ava';
import { setUpMoonraker as setUp, source } from '../../../support/moonraker-setup.ts';
import { never } from '../../../support/one-printer.ts';

test('the file goes up checked, and is loaded but not started', async t => {
  const { printer, driver } = await setUp(t);
  t.is(await driver.upload(source, 'mes-1-1.gcode', never), 'mes-1-1.gcode');
  t.is(printer.files.get('mes-1-1.gcode')?.size, source.size);
  t.deepEqual(printer.started, []);
  t.like(await driver.read(never), { state: 'idle', job: { file: 'mes-1-1.gcode' } });
  const damaged = { ...source, sha256: 'ab'.repeat(32) };
  const error = await t.throwsAsync(driver.upload(damaged, 'mes-2-1.gcode', never));
  t.like(error, { kind: 'refused' });
  t.regex(error?.message ?? '', /SHA-256/);
  t.false(printer.files.has('mes-2-1.gcode'));
});

test('a disk that is full is told apart from other trouble with an upload', async t => {
  const { printer, driver } = await setUp(t);
  printer.mishap('error500', /files\/upload/);
  t.like(await t.throwsAsync(driver.upload(source, 'mes-1-1.gcode', never)), { kind: 'unreachable' });
  printer.leave(1);
  const error = await t.throwsAsync(driver.upload(source, 'mes-1-1.gcode', never));
  t.like(error, { kind: 'outOfOrder' });
  t.regex(error?.message ?? '', /^Moonraker has no room for files: 0\.0 MB of its disk are free/);
  printer.leave(8e9);
  t.is(await driver.upload(source, 'mes-1-1.gcode', never), 'mes-1-1.gcode');
});

test('a file that arrived although the answer was lost is not sent again; one of before always is', async t => {
  const { printer, driver } = await setUp(t);
  const uploads = () => printer.requests.filter(line => line.startsWith('POST /server/files/upload')).length;
  printer.mishap('lostAnswer', /files\/upload/);
  await t.throwsAsync(driver.upload(source, 'mes-1-1.gcode', never));
  await driver.upload(source, 'mes-1-1.gcode', never);
  t.is(uploads(), 1);
  printer.startStored('mes-1-1.gcode');
  printer.finish();
  await driver.upload(source, 'mes-1-1.gcode', never);
  t.is(uploads(), 2, 'it was printed meanwhile');
  printer.files.set('mes-5-1.gcode', { size: source.size, job_id: '000001', print_start_time: 1 });
  await driver.upload(source, 'mes-5-1.gcode', never);
  t.is(uploads(), 3, 'it may be another one of that size');
  t.is(printer.files.get('mes-5-1.gcode')?.job_id, null);
});

test('an upload that breaks in the middle leaves nothing, and the next one goes through', async t => {
  const { printer, driver } = await setUp(t);
  printer.mishap('halfRequest', /files\/upload/);
  t.like(await t.throwsAsync(driver.upload(source, 'mes-1-1.gcode', never)), { kind: 'unreachable' });
  t.is(printer.files.size, 0);
  t.is(await driver.upload(source, 'mes-1-1.gcode', never), 'mes-1-1.gcode');
});

test('loading a file never ends the print of another, paused ones included', async t => {
  const { printer, driver } = await setUp(t);
  printer.startForeign('their.gcode');
  t.like(await t.throwsAsync(driver.upload(source, 'mes-1-1.gcode', never)), { kind: 'refused' });
  printer.pauseAtPrinter();
  t.like(await t.throwsAsync(driver.upload(source, 'mes-1-1.gcode', never)), { kind: 'refused' });
  t.like(await driver.read(never), { state: 'paused', job: { file: 'their.gcode' } });
});
