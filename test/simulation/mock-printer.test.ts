import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { fakeClock } from '../support/fakes.ts';
import { mockPrinter } from '../support/mock-printer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a print takes 30 steps of 2 s, whatever its file; temperatures rise to 100 and 120 °C', async t => {
  const clock = fakeClock();
  const machine = mockPrinter({ clock });
  await machine.store('a.gcode');
  await machine.start('a.gcode');
  t.like(await machine.read(), { state: 'printing', nozzle: { actual: 20, target: 120 } });
  clock.advance(2_000);
  t.like(await machine.read(), {
    nozzle: { actual: 30 },
    bed: { actual: 30, target: 100 },
    job: { timeUsed: 2 },
  });
  clock.advance(28_000);
  const half = await machine.read();
  t.deepEqual(half.job, { file: 'a.gcode', print: 1, progress: 50, timeUsed: 30, timeLeft: 30 });
  t.is(half.nozzle.actual, 120);
  t.is(half.bed.actual, 100);
  clock.advance(29_999);
  t.is((await machine.read()).state, 'printing');
  clock.advance(1);
  t.like(await machine.read(), { state: 'finished', job: { progress: 100 } });
  t.like(await machine.lastPrintOf('a.gcode'), { outcome: 'finished', print: 1 });
  clock.advance(60_000);
  t.deepEqual((await machine.read()).nozzle, { actual: 20, target: 0 });
});

test('interval, job time and targets are settings', async t => {
  const clock = fakeClock();
  const machine = mockPrinter({ clock, interval: 1, jobTime: 4, bedTarget: 25, nozzleTarget: 30 });
  await machine.startForeign('b.gcode');
  clock.advance(3_000);
  t.like(await machine.read(), { state: 'printing', bed: { actual: 25 }, nozzle: { actual: 30 } });
  clock.advance(1_000);
  t.is((await machine.read()).state, 'finished');
});

test('a paused print stands still until it is resumed', async t => {
  const clock = fakeClock();
  const machine = mockPrinter({ clock });
  await machine.startForeign('a.gcode');
  clock.advance(20_000);
  await machine.pause();
  clock.advance(600_000);
  t.like(await machine.read(), { state: 'paused', job: { timeUsed: 20 } });
  await machine.resume();
  clock.advance(10_000);
  t.like(await machine.read(), { state: 'printing', job: { timeUsed: 30 } });
});

test('it refuses what makes no sense', async t => {
  const machine = mockPrinter({ clock: fakeClock() });
  for (const act of [machine.pause, machine.resume, machine.cancel]) {
    await t.throwsAsync(act(), { name: 'DriverError', message: /Nothing is/ });
  }
  await t.throwsAsync(machine.start('missing.gcode'), { message: /no missing.gcode/ });
  await machine.startForeign('a.gcode');
  await t.throwsAsync(machine.startForeign('b.gcode'), { message: /printing already/ });
  await t.throwsAsync(machine.remove('a.gcode'), { message: /being printed/ });
  await machine.fail('jam');
  t.like(await machine.read(), { state: 'error', message: 'jam' });
  t.like(await machine.lastPrintOf('a.gcode'), { outcome: 'failed', message: 'jam' });
  await t.throwsAsync(machine.startForeign('b.gcode'), { message: /in error: jam/ });
  await machine.reset();
  t.is((await machine.read()).state, 'idle');
  await machine.remove('never-there.gcode');
});

test('its print goes on while nobody runs it: the state is kept in a file', async t => {
  const clock = fakeClock();
  const memoryFile = join(temporaryFolder(), 'machines', 'Printer1.json');
  const before = mockPrinter({ clock, memoryFile });
  await before.store('a.gcode');
  await before.start('a.gcode');
  clock.advance(30_000);
  const after = mockPrinter({ clock, memoryFile });
  t.like(await after.read(), { state: 'printing', job: { file: 'a.gcode', timeUsed: 30 } });
  clock.advance(30_000);
  t.is((await mockPrinter({ clock, memoryFile }).read()).state, 'finished');
});

test('a damaged memory is named and not taken for an idle machine', async t => {
  const memoryFile = join(temporaryFolder(), 'Printer1.json');
  await writeFile(memoryFile, '{"state":"idle"');
  await t.throwsAsync(mockPrinter({ clock: fakeClock(), memoryFile }).read(), {
    message: /Printer1\.json/,
  });
});
