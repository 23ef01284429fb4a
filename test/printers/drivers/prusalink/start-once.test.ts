/** Exactly once over PrusaLink: driver and worker against the stand-in for Buddy firmware. */
import test, { type ExecutionContext } from 'ava';
import type { PrinterDriver } from '../../../../src/app/ports.ts';
import { createPrusaLinkDriver } from '../../../../src/printers/drivers/prusalink/prusalink.ts';
import type { Mishap } from '../../../support/mishaps.ts';
import { createOnePrinter, never, type OnePrinter, steppingClock } from '../../../support/one-printer.ts';
import { type BuddyPrinter, startBuddyPrinter } from '../../../support/prusalink/buddy/buddy-printer.ts';

/** Long enough for a busy machine. */
const timeouts = { status: 1500, command: 1500, uploadIdle: 1500 };

interface Setting {
  readonly lab: OnePrinter;
  readonly printer: BuddyPrinter;
  readonly driver: PrinterDriver;
  readonly clock: ReturnType<typeof steppingClock>;
  /** As a new process would make it. */
  newDriver(): PrinterDriver;
}

const setUp = async (t: ExecutionContext): Promise<Setting> => {
  const clock = steppingClock();
  const printer = await startBuddyPrinter({ now: clock.now, printTime: 3_600 });
  t.teardown(() => printer.stop());
  const newDriver = () =>
    createPrusaLinkDriver({ url: printer.url, apiKey: printer.apiKey }, { clock, timeouts });
  return { lab: await createOnePrinter({ clock }), printer, driver: newDriver(), clock, newDriver };
};

/** A print from somebody else, so that the printer's job id is known, as it is after the first print. */
const seeOnePrint = async ({ lab, printer }: Setting, worker: ReturnType<OnePrinter['worker']>) => {
  printer.screen.print('their.gcode');
  await worker.look(never);
  printer.finish();
  await worker.look(never);
  await lab.clearBed();
};

/** Prints what is under way, until job 2 has an outcome; the dispatcher schedules it again if it came back. */
const carryOn = async ({ lab, printer, clock }: Setting, worker: ReturnType<OnePrinter['worker']>) => {
  for (let round = 0; round < 30; round++) {
    clock.advance(5_000);
    await worker.look(never);
    const { status } = await lab.job(2);
    if (status === 'printed' || status === 'unknown' || status === 'failed') break;
    if (status === 'printing') printer.finish();
    if (status === 'approved') await lab.schedule(2);
  }
};

const ours = (printer: BuddyPrinter): readonly string[] =>
  printer.started.filter(name => name.startsWith('mes-'));

test('a job is uploaded, started once, followed by the name and id of its own, concluded, its file removed', async t => {
  const { lab, printer, driver } = await setUp(t);
  const worker = lab.worker(driver);
  await lab.schedule();
  await worker.look(never);
  t.like(await lab.job(), { status: 'printing', remoteName: 'mes-1-1.gcode', baseline: null });
  t.deepEqual((await lab.job()).native, { id: 42, display_name: 'mes-1-1.gcode' });
  t.like(await lab.bed(), { state: 'inUse', jobId: 1 });
  printer.finish();
  await worker.look(never);
  t.like(await lab.job(), { status: 'printed', progress: 100 });
  t.like(await lab.bed(), { state: 'occupied', content: 'good' });
  t.deepEqual(printer.started, ['mes-1-1.gcode']);
  t.is(printer.files.size, 0);
  t.is(printer.state(), 'IDLE', 'its end screen is dismissed with its file');
});

test('what was known of the last print is stored with the next intent, and found in the store by a new process', async t => {
  const setting = await setUp(t);
  const { lab, newDriver } = setting;
  await seeOnePrint(setting, lab.worker(setting.driver));
  await lab.schedule(2);
  await lab.worker(newDriver()).look(never);
  t.deepEqual((await lab.job(2)).baseline, { id: 42 });
});

const start: RegExp = /^POST .*mes-/;
const upload: RegExp = /^PUT .*mes-/;
const cases: readonly (readonly [string, Mishap, RegExp])[] = [
  ['the start request is lost', 'lostRequest', start],
  ['the answer to the start is lost', 'lostAnswer', start],
  ['the start is carried out and never answered', 'noAnswer', start],
  ['the start is neither read nor answered', 'blackHole', start],
  ['the start is answered a byte at a time', 'slowLoris', start],
  ['the start is answered with 500', 'error500', start],
  ['the start is answered with nonsense', 'garbage', start],
  ['the connection breaks in the middle of the upload', 'halfRequest', upload],
  ['the answer to the upload is lost', 'lostAnswer', upload],
  ['the upload is not taken in', 'blackHole', upload],
];
for (const [what, kind, match] of cases) {
  test(`a job is printed exactly once when ${what}`, async t => {
    const setting = await setUp(t);
    const worker = setting.lab.worker(setting.driver);
    await seeOnePrint(setting, worker);
    setting.printer.mishap(kind, match);
    await setting.lab.schedule(2);
    await carryOn(setting, worker);
    t.is((await setting.lab.job(2)).status, 'printed');
    t.is(ours(setting.printer).length, 1);
  });
}

test('a spurious 409 to a start that was taken is no second start', async t => {
  const setting = await setUp(t);
  const { lab, printer } = setting;
  const worker = lab.worker(setting.driver);
  await seeOnePrint(setting, worker);
  printer.bugs.spuriousStartConflicts = 1;
  await lab.schedule(2);
  await carryOn(setting, worker);
  t.is((await lab.job(2)).status, 'printed');
  t.deepEqual(ours(printer), ['mes-2-1.gcode']);
  t.is(printer.requests.filter(line => line.startsWith('POST')).length, 1);
});

test('the end screen refuses the start: nothing is tried until it is dismissed, then it prints', async t => {
  const setting = await setUp(t);
  const { lab, printer, clock } = setting;
  const worker = lab.worker(setting.driver);
  await seeOnePrint(setting, worker);
  // The upload opens no preview there and so leaves the end screen.
  printer.bugs.conflictAtEndScreen = true;
  printer.bugs.spuriousUploadConflicts = 1;
  await lab.schedule(2);
  for (let round = 0; round < 4; round++) {
    clock.advance(5_000);
    await worker.look(never);
    if ((await lab.job(2)).status === 'approved') await lab.schedule(2);
  }
  await worker.look(never);
  t.is((await lab.job(2)).status, 'approved');
  t.regex(lab.live.read('Printer1')?.message ?? '', /dismiss/);
  t.is(printer.requests.filter(line => line.startsWith('POST')).length, 1);
  printer.screen.dismiss();
  await lab.schedule(2);
  await carryOn(setting, worker);
  t.is((await lab.job(2)).status, 'printed');
  t.is(ours(printer).length, 1);
});

for (const call of ['upload', 'start'] as const) {
  for (const after of [false, true]) {
    test(`a job is printed exactly once when the process ends ${after ? 'after' : 'before'} the ${call}`, async t => {
      const setting = await setUp(t);
      const { lab, driver, newDriver } = setting;
      await seeOnePrint(setting, lab.worker(driver));
      await lab.schedule(2);
      const original = driver[call] as (...args: unknown[]) => Promise<unknown>;
      const killed = async (...args: unknown[]) => {
        if (after) await original(...args);
        throw new Error('killed');
      };
      const dying = lab.worker({ ...driver, [call]: killed });
      await t.throwsAsync(dying.look(never), { message: 'killed' });
      await carryOn(setting, lab.worker(newDriver()));
      t.is((await lab.job(2)).status, 'printed');
      t.is(ours(setting.printer).length, 1);
    });
  }
}

test('the printer loses power in the print: unknown, nothing restarted', async t => {
  const setting = await setUp(t);
  const { lab, printer } = setting;
  const worker = lab.worker(setting.driver);
  await lab.schedule();
  await worker.look(never);
  printer.restart();
  for (let round = 0; round < 3; round++) await worker.look(never);
  t.is((await lab.job()).status, 'unknown');
  t.is(ours(printer).length, 1);
  t.is((await lab.bed()).content, 'unknown');
});

test('the first print on a printer of which nothing is known: a start that is lost is unknown, never repeated', async t => {
  const setting = await setUp(t);
  const { lab, printer, clock } = setting;
  const worker = lab.worker(setting.driver);
  printer.mishap('lostRequest', start);
  await lab.schedule();
  for (let round = 0; round < 20; round++) {
    clock.advance(5_000);
    await worker.look(never);
  }
  t.is((await lab.job()).status, 'unknown');
  t.deepEqual(printer.started, []);
});

test('paused at the screen and resumed there; stopped there it is cancelled at the printer', async t => {
  const { lab, printer, driver } = await setUp(t);
  const worker = lab.worker(driver);
  await lab.schedule();
  await worker.look(never);
  printer.screen.pause();
  await worker.look(never);
  t.is((await lab.job()).status, 'paused');
  printer.advance(2_000);
  printer.screen.resume();
  printer.advance(2_000);
  await worker.look(never);
  t.is((await lab.job()).status, 'printing');
  printer.screen.attention();
  await worker.look(never);
  t.is((await lab.job()).status, 'printing', 'filament has run out');
  t.is(lab.live.read('Printer1')?.state, 'attention');
  printer.screen.stop();
  printer.advance(3_000);
  await worker.look(never);
  t.is((await lab.job()).status, 'cancelled');
});

test('our cancel goes to the job by its id once, and ends as cancelled', async t => {
  const { lab, printer, driver } = await setUp(t);
  const worker = lab.worker(driver);
  await lab.schedule();
  await worker.look(never);
  await lab.cancel();
  await worker.look(never);
  await worker.look(never);
  t.is(printer.requests.filter(line => line === 'DELETE /api/v1/job/42').length, 1);
  t.is(lab.live.read('Printer1')?.state, 'cancelling');
  printer.advance(3_000);
  await worker.look(never);
  t.is((await lab.job()).status, 'cancelled');
});
