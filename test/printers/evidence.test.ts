import test from 'ava';
import type { PrinterDriver } from '../../src/app/ports.ts';
import { DriverError, type DriverErrorKind } from '../../src/app/ports.ts';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { mockPrinter } from '../support/mock-printer.ts';
import { createOnePrinter, never, steppingClock } from '../support/one-printer.ts';

const WORDS = 'Moonraker answered 500 to the metadata: database disk image is malformed';

/** A printer that is read as ever, and does not tell what became of a print. */
const setUp = async (kind: DriverErrorKind = 'unreachable') => {
  const clock = steppingClock();
  const machine = mockPrinter({ clock });
  const lab = await createOnePrinter({ clock, printerLostAfter: 900 });
  const mock = createMockDriver({ physics: machine, clock });
  let trouble = true;
  let loseStart = false;
  const driver: PrinterDriver = {
    ...mock,
    async start(file, signal) {
      if (loseStart) throw new DriverError('unreachable', 'The start was lost.');
      return mock.start(file, signal);
    },
    async outcomeOf(attempt, signal) {
      if (trouble) throw new DriverError(kind, WORDS);
      return mock.outcomeOf(attempt, signal);
    },
  };
  let worker = lab.worker(driver);
  const look = async (seconds = 5) => {
    clock.advance(seconds * 1000);
    return worker.look(never);
  };
  return {
    clock,
    lab,
    machine,
    look,
    lastReason: async () => (await lab.job()).history.at(-1)?.reason ?? '',
    looks: async (count: number) => {
      for (let turn = 0; turn < count; turn++) await look();
    },
    restart() {
      worker = lab.worker(driver);
    },
    tell() {
      trouble = false;
    },
    /** To where the job is on the printer in this status and the printer shows no print of it. */
    async come(status: 'starting' | 'printing' | 'cancelIssued') {
      loseStart = status === 'starting';
      await lab.schedule();
      await look();
      if (status !== 'starting') {
        await look();
        await machine.cancel();
      }
      if (status === 'cancelIssued') await lab.cancel();
    },
  };
};

for (const status of ['starting', 'printing', 'cancelIssued'] as const) {
  for (const kind of ['unreachable', 'refused', 'garbled', 'unauthorized'] as const) {
    test(`a job that is ${status} is unknown when evidence stays ${kind} for PRINTER_LOST_AFTER, and says why`, async t => {
      const { lab, come, looks, lastReason } = await setUp(kind);
      await come(status);
      await looks(4);
      const waiting = await lab.job();
      t.is(waiting.status, status);
      t.regex(
        waiting.untold?.reason ?? '',
        /^Printer1 does not tell what became of it: Moonraker answered 500/,
      );
      await looks(170);
      t.is((await lab.job()).status, status);
      t.is((await lab.job()).history.length, waiting.history.length, 'it says so once');
      await looks(20);
      t.like(await lab.job(), { status: 'unknown', untold: undefined });
      t.regex(await lastReason(), /database disk image is malformed/);
      t.like(await lab.bed(), { content: 'unknown', jobId: 1 });
      t.is(lab.log.lines.filter(({ message }) => message === 'No evidence').length, 1);
    });
  }
}

test('the waiting time goes on over a restart, and ends as soon as the printer tells', async t => {
  const { lab, come, looks, restart, tell } = await setUp();
  await come('printing');
  await looks(10);
  const { untold } = await lab.job();
  t.truthy(untold);
  restart();
  await looks(150);
  t.deepEqual((await lab.job()).untold, untold);
  restart();
  await looks(35);
  t.is((await lab.job()).status, 'unknown');
  tell();
  await looks(1);
  t.is((await lab.job()).status, 'cancelled');
});

test('one hiccup of the evidence is not told, and what is told in time counts', async t => {
  const { lab, come, looks, tell, lastReason } = await setUp();
  await come('printing');
  const before = (await lab.job()).history.length;
  await looks(2);
  t.like(await lab.job(), { untold: undefined });
  t.is((await lab.job()).history.length, before);
  await looks(100);
  tell();
  await looks(1);
  t.like(await lab.job(), { status: 'cancelled', untold: undefined });
  t.notRegex(await lastReason(), /malformed/);
});

test('a print that is active after all goes on, and nothing is held against it', async t => {
  const { lab, machine, come, looks } = await setUp('refused');
  await come('starting');
  await looks(100);
  t.truthy((await lab.job()).untold);
  await machine.start('mes-1-1.gcode');
  await looks(1);
  t.like(await lab.job(), { status: 'printing', untold: undefined });
});
