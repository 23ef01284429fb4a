import test from 'ava';
import fc from 'fast-check';
import type { PrinterDriver } from '../../src/app/ports.ts';
import { DriverError } from '../../src/app/ports.ts';
import { soundDriver, soundSnapshot } from '../../src/printers/sound-driver.ts';
import { memoryLog, snapshotOf } from '../support/fakes.ts';
import { never } from '../support/one-printer.ts';

const printing = {
  file: 'part.gcode',
  progress: 42.5,
  timeUsed: 60,
  timeLeft: 80,
  timeLeftApprox: null,
  native: { id: 7, path: 'part.gcode' },
};

test('what is sane stays as it was told', t => {
  const told = snapshotOf('printing', {
    message: 'Türe offen',
    nozzle: { actual: 214.8, target: 215 },
    head: { x: -1.5, y: 0, z: 300 },
    job: printing,
    filament: { present: true, material: 'PLA', remaining: 750 },
  });
  t.deepEqual(soundSnapshot(told), told);
});

test('odd numbers are none, and a progress a little beside the scale is on it', t => {
  const progressOf = (progress: number | null) =>
    soundSnapshot(snapshotOf('printing', { job: { ...printing, progress } })).job?.progress;
  t.deepEqual([1e308, Number.POSITIVE_INFINITY, Number.NaN, -1e308, null].map(progressOf), [
    null,
    null,
    null,
    null,
    null,
  ]);
  t.deepEqual([-5, 0, 100.4, 150].map(progressOf), [0, 0, 100, 100]);
  const odd = soundSnapshot(
    snapshotOf('printing', {
      nozzle: { actual: 150_000, target: -5 },
      bed: { actual: 1e308, target: 60 },
      job: { ...printing, timeUsed: -5, timeLeft: 1e308 },
    }),
  );
  t.deepEqual(odd.nozzle, { actual: null, target: null });
  t.deepEqual(odd.bed, { actual: null, target: 60 });
  t.like(odd.job, { timeUsed: null, timeLeft: null });
});

test('no printer says more than fits, and nothing that controls a terminal', t => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), fc.double(), (text, number) => {
      const { message, job, filament } = soundSnapshot(
        snapshotOf('error', {
          message: text,
          filament: { present: null, material: text, remaining: number },
          job: { ...printing, file: text, native: { path: text }, progress: number },
        }),
      );
      t.true(message.length <= 200 && !/[\p{Cc}\p{Cf}]/u.test(message) && message.isWellFormed());
      t.true((filament?.material.length ?? 0) <= 64);
      t.true((job?.file.length ?? 0) <= 1024 && String(job?.native.path).length <= 1024);
      t.true(job?.progress == null || (job.progress >= 0 && job.progress <= 100));
    }),
  );
  t.is(soundSnapshot(snapshotOf('error', { message: 'A'.repeat(300_000) })).message.length, 200);
});

const driverThat = (fail: () => never): PrinterDriver =>
  ({ read: async () => fail(), outcomeOf: async () => fail() }) as unknown as PrinterDriver;

test('a long refusal is cut and keeps its kind', async t => {
  const driver = soundDriver(
    driverThat(() => {
      throw new DriverError('unreachable', `Moonraker says ${'x'.repeat(5000)}`, { answered: true });
    }),
  );
  const error = await t.throwsAsync(driver.read(never), { instanceOf: DriverError });
  t.like(error, { kind: 'unreachable', answered: true });
  t.is(error?.message.length, 200);
});

test('a mistake of a driver is the printer out of reach, not a look that fails for ever; what is none passes', async t => {
  const log = memoryLog();
  const mistaken = soundDriver(
    driverThat(() => {
      throw new TypeError("Cannot read properties of undefined (reading 'x')");
    }),
    log,
  );
  const error = await t.throwsAsync(mistaken.read(never), { instanceOf: DriverError });
  t.is(error?.kind, 'garbled');
  t.is(log.lines.length, 1);
  const stopped = soundDriver(
    driverThat(() => {
      throw new Error('The worker is stopped.');
    }),
  );
  await t.throwsAsync(stopped.read(never), { message: 'The worker is stopped.' });
});
