import test from 'ava';
import { attempt, setUpMoonraker as setUp, source } from '../../../support/moonraker-setup.ts';
import { never } from '../../../support/one-printer.ts';

const FILE = attempt.file;
const seen = { ...attempt, native: { filename: FILE, job_id: '000001' } };

test('while it is active there is no outcome', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  await driver.start(FILE, never);
  await t.throwsAsync(driver.outcomeOf(attempt, never), { message: /active after all/ });
  printer.pauseAtPrinter();
  await t.throwsAsync(driver.outcomeOf(attempt, never), { message: /active after all/ });
});

for (const recorded of [true, false]) {
  test(`Klipper itself tells of the latest print, ${recorded ? 'as does' : 'also without'} the history`, async t => {
    const { printer, driver } = await setUp(t);
    if (!recorded) printer.missPrints();
    const outcome = async () => (await driver.outcomeOf(attempt, never)).kind;
    for (const [end, kind] of [
      [printer.finish, 'finished'],
      [printer.cancelAtPrinter, 'cancelled'],
      [() => printer.fail('Move out of range'), 'failed'],
      [() => printer.shutdown('Lost communication with MCU'), 'failed'],
    ] as const) {
      await driver.upload(source, FILE, never);
      await driver.start(FILE, never);
      end();
      t.is(await outcome(), kind);
    }
  });
}

test('the end is that of the history, unless Moonraker was away when it came', async t => {
  for (const isAway of [false, true]) {
    const { printer, driver, clock } = await setUp(t);
    await driver.upload(source, FILE, never);
    await driver.start(FILE, never);
    clock.advance(25 * 60_000);
    const end = clock.now().toISOString();
    if (isAway) printer.restart(0);
    printer.finish();
    clock.advance(60 * 60_000);
    const { kind, endTime } = await driver.outcomeOf(seen, never);
    t.is(kind, 'finished');
    t.is(endTime, isAway ? undefined : end);
  }
});

test("a failure is told in the printer's words", async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  await driver.start(FILE, never);
  printer.shutdown('MCU mcu shutdown: Thermal runaway');
  t.regex((await driver.outcomeOf(seen, never)).reason, /Thermal runaway$/);
});

test('when another file is loaded, or Klipper was restarted, the history tells', async t => {
  const { printer, driver } = await setUp(t);
  const outcome = async () => (await driver.outcomeOf(seen, never)).kind;
  await driver.upload(source, FILE, never);
  await driver.start(FILE, never);
  printer.finish();
  printer.startForeign('their.gcode');
  t.is(await outcome(), 'finished');
  const [entry] = printer.history;
  for (const [status, kind] of [
    ['cancelled', 'cancelled'],
    ['error', 'failed'],
    ['klippy_shutdown', 'failed'],
    ['klippy_disconnect', 'failed'],
    ['interrupted', 'unknown'],
    ['server_exit', 'unknown'],
    ['in_progress', 'unknown'],
  ] as const) {
    if (entry !== undefined) entry.status = status;
    t.is(await outcome(), kind, status);
  }
});

test('interrupted in the history is no outcome when Klipper knows better', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  await driver.start(FILE, never);
  printer.restart(0);
  await t.throwsAsync(driver.outcomeOf(seen, never), { message: /active after all/ });
  printer.finish();
  t.is(printer.history[0]?.status, 'interrupted');
  t.is((await driver.outcomeOf(seen, never)).kind, 'finished');
});

test('without Klipper nothing is concluded', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  printer.loseKlipper();
  t.like(await t.throwsAsync(driver.outcomeOf(attempt, never)), { kind: 'unreachable' });
});

test('loaded and never printed: it never started, and a late start finds nothing', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  t.is((await driver.outcomeOf(attempt, never)).kind, 'neverStarted');
  await t.throwsAsync(driver.start(FILE, never), { message: /Unable to open file/ });
  t.deepEqual(printer.started, []);
  t.is((await driver.outcomeOf(attempt, never)).kind, 'neverStarted', 'the proof stays');
  printer.loseKlipper();
  printer.findKlipper();
  t.is((await driver.outcomeOf(attempt, never)).kind, 'neverStarted', 'also over a restart of Klipper');
  await driver.remove(FILE, never);
  t.is(printer.files.size, 0);
});

test('a start that waits behind a macro comes too late once it was concluded that it never came', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  printer.macro(true);
  t.like(await t.throwsAsync(driver.start(FILE, never)), { kind: 'unreachable' });
  t.is((await driver.outcomeOf(attempt, never)).kind, 'neverStarted');
  printer.macro(false);
  t.deepEqual(printer.started, []);
});

test('a start that comes while the file is fenced is seen', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  // Moonraker knows 250 ms late that it prints, and moves the file.
  const file = printer.files.get(FILE);
  printer.startStored(FILE);
  printer.files.delete(FILE);
  if (file !== undefined) printer.files.set('mes-1-1.void.gcode', file);
  await t.throwsAsync(driver.outcomeOf(attempt, never), { message: /active after all/ });
  printer.finish();
  t.is((await driver.outcomeOf(attempt, never)).kind, 'finished');
});

for (const moment of ['before', 'after'] as const) {
  test(`the process ends ${moment} the file is fenced, or proven: the next look goes on`, async t => {
    const { printer, driver } = await setUp(t);
    const fault = moment === 'before' ? 'lostRequest' : 'lostAnswer';
    await driver.upload(source, FILE, never);
    printer.mishap(fault, /files\/move.*void/);
    await t.throwsAsync(driver.outcomeOf(attempt, never));
    printer.mishap(fault, /files\/move.*unstarted/);
    await t.throwsAsync(driver.outcomeOf(attempt, never));
    t.is((await driver.outcomeOf(attempt, never)).kind, 'neverStarted');
  });
}

test('nothing proves that it never started once Klipper was restarted', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  printer.loseKlipper();
  printer.findKlipper();
  t.is((await driver.outcomeOf(attempt, never)).kind, 'unknown');
});

test('a fence alone is no proof: Klipper may have started it before and have been restarted', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  printer.mishap('lostRequest', /files\/move.*unstarted/);
  await t.throwsAsync(driver.outcomeOf(attempt, never));
  printer.loseKlipper();
  printer.findKlipper();
  t.is((await driver.outcomeOf(attempt, never)).kind, 'unknown');
});

test('a print that was seen, or another file, is never taken for one that never started', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, FILE, never);
  t.is((await driver.outcomeOf(seen, never)).kind, 'unknown');
  t.is((await driver.outcomeOf({ ...attempt, unique: false }, never)).kind, 'unknown');
  printer.startForeign('their.gcode');
  printer.finish();
  t.is((await driver.outcomeOf(attempt, never)).kind, 'unknown');
});

test('an old entry under the same name is not the record of this print', async t => {
  const { printer, driver, clock } = await setUp(t);
  printer.startForeign(FILE);
  printer.finish();
  clock.advance(3_600_000);
  const later = { ...attempt, intentTime: clock.now().toISOString() };
  await driver.upload(source, FILE, never);
  t.is((await driver.outcomeOf(later, never)).kind, 'neverStarted');
  await driver.remove(FILE, never);
  printer.startForeign('their.gcode');
  t.is((await driver.outcomeOf(later, never)).kind, 'unknown');
});

test('of a name that is printed again the entry of its own decides', async t => {
  const { printer, driver } = await setUp(t);
  printer.startForeign('part.gcode');
  printer.cancelAtPrinter();
  printer.startStored('part.gcode');
  printer.finish();
  const foreign = { ...attempt, file: 'part.gcode', unique: false };
  const first = { ...foreign, native: { filename: 'part.gcode', job_id: '000001' } };
  t.is((await driver.outcomeOf(first, never)).kind, 'cancelled');
  const second = { ...foreign, native: { filename: 'part.gcode', job_id: '000002' } };
  t.is((await driver.outcomeOf(second, never)).kind, 'finished');
});
