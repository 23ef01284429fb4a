/** A job on a Klipper printer, whatever breaks: printed once or not at all. */
import test from 'ava';
import type { PrinterDriver } from '../../../../src/app/ports.ts';
import { createMoonrakerDriver } from '../../../../src/printers/drivers/moonraker/moonraker.ts';
import { startFakeMoonraker } from '../../../support/fake-moonraker.ts';
import { timeouts } from '../../../support/moonraker-setup.ts';
import { createOnePrinter, never, type OnePrinter, steppingClock } from '../../../support/one-printer.ts';

const setUp = async (t: { teardown(fn: () => Promise<void>): void }) => {
  const clock = steppingClock();
  const printer = await startFakeMoonraker({ now: clock.now });
  t.teardown(() => printer.stop());
  const access = { url: printer.url, apiKey: printer.apiKey };
  return {
    clock,
    printer,
    driver: createMoonrakerDriver(access, { clock, timeouts }),
    lab: await createOnePrinter({ clock }),
  };
};
type Setting = Awaited<ReturnType<typeof setUp>>;

const ended = ['printed', 'cancelled', 'failed', 'unknown'];

/** Looks until the job has an outcome; the print goes on, the dispatcher schedules the job again if it came back. */
const carryOn = async ({ lab, printer, clock }: Setting, worker: ReturnType<OnePrinter['worker']>) => {
  for (let round = 0; round < 40; round++) {
    clock.advance(5_000);
    printer.advance(5_000);
    await worker.look(never);
    const { status } = await lab.job();
    if (ended.includes(status)) break;
    if (status === 'approved') await lab.schedule();
  }
  // The file is removed once the outcome is stored.
  await worker.look(never);
  return lab.job();
};

test('a job is sent, started once, followed and concluded, and its file is removed', async t => {
  const { lab, printer, driver, clock } = await setUp(t);
  const worker = lab.worker(driver);
  await lab.schedule();
  await worker.look(never);
  t.like(await lab.job(), { status: 'printing', remoteName: 'mes-1-1.gcode' });
  t.is((await lab.job()).native?.job_id, '000001');
  printer.advance(30_000);
  clock.advance(5_000);
  await worker.look(never);
  t.is(lab.live.read('Printer1')?.job?.progress, 50);
  printer.finish();
  await worker.look(never);
  t.like(await lab.job(), { status: 'printed', progress: 100 });
  t.like(await lab.bed(), { state: 'occupied', content: 'good', jobId: 1 });
  await worker.look(never);
  t.is(printer.files.size, 0);
  t.is(printer.starts('mes-1-1.gcode'), 1);
});

const start = /print\/start/;
for (const [what, match, fault, files] of [
  ['the start is lost', start, 'lostRequest', ['mes-1-2.gcode']],
  ['the start is answered by an error of a proxy', start, 'error500', ['mes-1-2.gcode']],
  ['the start goes nowhere', start, 'blackHole', ['mes-1-2.gcode']],
  ['the answer to the start is lost', start, 'lostAnswer', ['mes-1-1.gcode']],
  ['the start is never answered', start, 'noAnswer', ['mes-1-1.gcode']],
  ['the answer to the start never ends', start, 'slowLoris', ['mes-1-1.gcode']],
  ['the upload breaks in the middle', /files\/upload/, 'halfRequest', ['mes-1-1.gcode']],
  ['the answer to the upload is lost', /files\/upload/, 'lostAnswer', ['mes-1-1.gcode']],
  ['the loading is not answered', /gcode\/script/, 'noAnswer', ['mes-1-1.gcode']],
] as const) {
  test(`a job is printed exactly once when ${what}`, async t => {
    const setting = await setUp(t);
    setting.printer.mishap(fault, match);
    await setting.lab.schedule();
    const job = await carryOn(setting, setting.lab.worker(setting.driver));
    t.is(job.status, 'printed', JSON.stringify(job.history));
    t.deepEqual(setting.printer.started, files);
    t.is(setting.printer.files.size, 0, 'nothing is left on the printer');
  });
}

const killedAt = (
  driver: PrinterDriver,
  call: 'upload' | 'start' | 'cancel' | 'outcomeOf',
  after: boolean,
) => {
  const original = driver[call] as (...args: unknown[]) => Promise<unknown>;
  return {
    ...driver,
    [call]: async (...args: unknown[]) => {
      if (after) await original(...args);
      throw new Error('killed');
    },
  };
};

for (const call of ['upload', 'start'] as const) {
  for (const after of [false, true]) {
    test(`a job is printed exactly once when the process ends ${after ? 'after' : 'before'} the ${call}`, async t => {
      const setting = await setUp(t);
      const { lab, driver, printer } = setting;
      await lab.schedule();
      await t.throwsAsync(lab.worker(killedAt(driver, call, after)).look(never), { message: 'killed' });
      const { url, apiKey } = printer;
      const fresh = createMoonrakerDriver({ url, apiKey }, { clock: setting.clock, timeouts });
      t.is((await carryOn(setting, lab.worker(fresh))).status, 'printed');
      t.is(printer.started.length, 1);
    });
  }
}

test('the process ends after the proof of a start that never came: the proof still stands', async t => {
  const setting = await setUp(t);
  const { lab, driver, printer } = setting;
  printer.mishap('lostRequest', start);
  await lab.schedule();
  const dying = lab.worker(killedAt(driver, 'outcomeOf', true));
  await t.throwsAsync(
    (async () => {
      for (let round = 0; round < 5; round++) await dying.look(never);
    })(),
    { message: 'killed' },
  );
  printer.loseKlipper();
  printer.findKlipper();
  t.is((await carryOn(setting, lab.worker(driver))).status, 'printed');
  t.deepEqual(printer.started, ['mes-1-2.gcode']);
});

test('Moonraker is killed in the middle of a print: it is followed to its end', async t => {
  const setting = await setUp(t);
  const { lab, driver, printer, clock } = setting;
  const worker = lab.worker(driver);
  await lab.schedule();
  await worker.look(never);
  await printer.switchOff();
  for (let round = 0; round < 5; round++) {
    clock.advance(5_000);
    printer.advance(5_000);
    await worker.look(never);
  }
  t.is(lab.live.read('Printer1')?.state, 'unreachable');
  t.is((await lab.job()).status, 'printing', 'unreachable is no outcome');
  printer.restart();
  await printer.switchOn();
  const job = await carryOn(setting, worker);
  t.is(job.status, 'printed');
  t.is(printer.history[0]?.status, 'interrupted');
  t.is(printer.started.length, 1);
});

test('Klipper is restarted in the middle of a print: it failed, and the printer is usable again', async t => {
  const setting = await setUp(t);
  const { lab, driver, printer } = setting;
  const worker = lab.worker(driver);
  await lab.schedule();
  await worker.look(never);
  printer.loseKlipper();
  await worker.look(never);
  t.is((await lab.job()).status, 'printing');
  printer.findKlipper();
  t.is((await carryOn(setting, worker)).status, 'failed');
  t.is(lab.live.read('Printer1')?.state, 'idle');
});

test('Klipper is restarted between the start and its answer: unknown, and never started again', async t => {
  const setting = await setUp(t);
  const { lab, driver, printer } = setting;
  printer.missPrints();
  printer.mishap('lostAnswer', start);
  await lab.schedule();
  const worker = lab.worker({
    ...driver,
    start: async (file, signal) => {
      await driver.start(file, signal).finally(() => {
        printer.loseKlipper();
        printer.findKlipper();
      });
    },
  });
  const job = await carryOn(setting, worker);
  t.is(job.status, 'unknown');
  t.is(printer.started.length, 1);
  t.is((await lab.bed()).state, 'occupied');
});

test('a gcode error fails the job in its words, and the next job can be printed', async t => {
  const setting = await setUp(t);
  const { lab, driver, printer } = setting;
  const worker = lab.worker(driver);
  await lab.schedule();
  await worker.look(never);
  printer.fail('Move out of range: 400 0 0');
  const job = await carryOn(setting, worker);
  t.is(job.status, 'failed');
  t.regex(job.history.at(-1)?.reason ?? '', /Move out of range/);
  await worker.look(never);
  t.is(lab.live.read('Printer1')?.state, 'idle');
  await lab.clearBed();
  await lab.schedule(2);
  await worker.look(never);
  t.is((await lab.job(2)).status, 'printing');
});

for (const [fault, cancels] of [
  ['lostRequest', 2],
  ['blackHole', 2],
  ['error500', 2],
  ['lostAnswer', 1],
  ['noAnswer', 1],
  ['garbledAnswer', 1],
] as const) {
  test(`a cancel that meets ${fault} ends the print all the same`, async t => {
    const { lab, driver, printer, clock } = await setUp(t);
    const worker = lab.worker(driver);
    await lab.schedule();
    await worker.look(never);
    printer.mishap(fault, /print\/cancel/);
    await lab.cancel();
    for (let round = 0; round < 20 && (await lab.job()).status !== 'cancelled'; round++) {
      clock.advance(5_000);
      await worker.look(never);
    }
    t.is((await lab.job()).status, 'cancelled');
    t.is(printer.requests.filter(line => line.includes('print/cancel')).length, cancels);
    t.is(printer.started.length, 1);
  });
}

test('a cancel that may still wait for its macro shows as cancelling', async t => {
  const { driver, printer, clock } = await setUp(t);
  printer.startForeign('a.gcode');
  printer.macro(true);
  t.like(await t.throwsAsync(driver.cancel('a.gcode', never)), { kind: 'unreachable' });
  t.is((await driver.read(never)).state, 'cancelling');
  clock.advance(60_000);
  t.is((await driver.read(never)).state, 'printing', 'it was lost');
  printer.macro(false);
  t.is((await driver.read(never)).state, 'stopped');
});

test('pause, resume and cancel from us and at the printer', async t => {
  const setting = await setUp(t);
  const { lab, driver, printer } = setting;
  const worker = lab.worker(driver);
  const status = async () => {
    await worker.look(never);
    await worker.look(never);
    return (await lab.job()).status;
  };
  await lab.schedule();
  t.is(await status(), 'printing');
  await lab.request('pause');
  t.is(await status(), 'paused');
  await lab.request('resume');
  t.is(await status(), 'printing');
  printer.pauseAtPrinter();
  t.is(await status(), 'paused');
  printer.resumeAtPrinter();
  t.is(await status(), 'printing');
  printer.cancelAtPrinter();
  t.is(await status(), 'cancelled');
  t.is(printer.started.length, 1);
});

test('a print that somebody starts at the printer is followed, not touched', async t => {
  const setting = await setUp(t);
  const { lab, driver, printer } = setting;
  const worker = lab.worker(driver);
  printer.startForeign('their.gcode');
  await worker.look(never);
  t.like(await lab.job(), { status: 'printing', fromServer: false });
  printer.finish();
  await worker.look(never);
  t.is((await lab.job()).status, 'printed');
  t.true(printer.files.has('their.gcode'), 'their file stays');
});
