import test from 'ava';
import type { PrinterDriver } from '../../../../src/app/ports.ts';
import { createOctoPrintDriver } from '../../../../src/printers/drivers/octoprint/octoprint.ts';
import { API_KEY, type FakeOctoPrint, startFakeOctoPrint } from '../../../support/fake-octoprint.ts';
import { createOnePrinter, never, type OnePrinter, steppingClock } from '../../../support/one-printer.ts';

/** Long enough for a busy machine. */
const timeouts = { status: 1500, command: 1500, uploadIdle: 1500 };

interface Setting {
  readonly lab: OnePrinter;
  readonly printer: FakeOctoPrint;
  readonly driver: PrinterDriver;
  readonly clock: ReturnType<typeof steppingClock>;
}

const setUp = async (t: { teardown(fn: () => Promise<void>): void }): Promise<Setting> => {
  const clock = steppingClock();
  const printer = await startFakeOctoPrint(clock.now);
  t.teardown(() => printer.stop());
  const driver = createOctoPrintDriver({ url: printer.url, apiKey: API_KEY }, { clock, timeouts });
  const lab = await createOnePrinter({ clock });
  return { lab, printer, driver, clock };
};

/** The process ends where the driver is about to do that, or has just done it. */
const killedAt = (
  driver: PrinterDriver,
  call: 'upload' | 'start' | 'cancel' | 'outcomeOf',
  after: boolean,
) => {
  const killed = async (): Promise<never> => {
    throw new Error('killed');
  };
  const original = driver[call] as (...args: unknown[]) => Promise<unknown>;
  const replaced = after
    ? async (...args: unknown[]) => {
        await original(...args);
        return killed();
      }
    : killed;
  return { ...driver, [call]: replaced };
};

/** Prints what is under way, until the job has an outcome; the dispatcher schedules it again if it came back. */
const carryOn = async ({ lab, printer, clock }: Setting, worker: ReturnType<OnePrinter['worker']>) => {
  for (let round = 0; round < 12; round++) {
    clock.advance(5_000);
    await worker.look(never);
    const { status } = await lab.job();
    if (status === 'printed') break;
    if (status === 'printing') printer.finish();
    if (status === 'approved') await lab.schedule();
  }
};

test('a job is uploaded, started once, followed and concluded, and its file is removed', async t => {
  const { lab, printer, driver } = await setUp(t);
  const worker = lab.worker(driver);
  await lab.schedule();
  await worker.look(never);
  const running = await lab.job();
  t.is(running.status, 'printing');
  t.is(running.remoteName, 'mes-1-1.gcode');
  t.is(running.native?.path, 'mes-1-1.gcode');
  t.truthy(running.startTime);
  t.like(await lab.bed(), { state: 'inUse', jobId: 1 });
  t.is(lab.live.read('Printer1')?.nozzle.actual, 209.5);
  t.is(lab.live.read('Printer1')?.bed.actual, 60.5);
  printer.finish();
  await worker.look(never);
  t.like(await lab.job(), { status: 'printed', progress: 100 });
  t.like(await lab.bed(), { state: 'occupied', content: 'good', jobId: 1 });
  t.deepEqual(printer.started, ['mes-1-1.gcode']);
  t.is(printer.files.size, 0);
});

const faults = [
  ['the start request is lost', /"print":true/, 'lostRequest'],
  ['the answer to the start is lost', /"print":true/, 'lostAnswer'],
  ['the start is not answered in time', /"print":true/, 'noAnswer'],
  ['the upload is lost', /^POST \/api\/files\/local$/, 'lostRequest'],
  ['the answer to the upload is lost', /^POST \/api\/files\/local$/, 'lostAnswer'],
  ['the selection is not answered', /"print":false/, 'noAnswer'],
] as const;

for (const [what, match, fault] of faults) {
  test(`a job is printed exactly once when ${what}`, async t => {
    const setting = await setUp(t);
    setting.printer.mishap(fault, match);
    await setting.lab.schedule();
    await carryOn(setting, setting.lab.worker(setting.driver));
    t.is((await setting.lab.job()).status, 'printed');
    t.is(setting.printer.started.length, 1);
    t.is(
      setting.printer.requests.filter(line => line.includes('"print":true')).length,
      what.includes('request') ? 2 : 1,
    );
  });
}

for (const call of ['upload', 'start'] as const) {
  for (const after of [false, true]) {
    test(`a job is printed exactly once when the process ends ${after ? 'after' : 'before'} the ${call}`, async t => {
      const setting = await setUp(t);
      const { lab, driver } = setting;
      await lab.schedule();
      await t.throwsAsync(lab.worker(killedAt(driver, call, after)).look(never), { message: 'killed' });
      await carryOn(setting, lab.worker(driver));
      t.is((await lab.job()).status, 'printed');
      t.is(setting.printer.started.length, 1);
      t.is((await lab.bed()).state, 'occupied');
    });
  }
}

for (const status of ['starting', 'printing', 'printed'] as const) {
  test(`a job is printed exactly once when the store fails at ${status}`, async t => {
    const setting = await setUp(t);
    const { lab, printer, driver } = setting;
    const worker = lab.worker(driver);
    await lab.schedule();
    lab.failStoring(status);
    if (status === 'printed') {
      await worker.look(never);
      printer.finish();
    }
    await t.throwsAsync(worker.look(never), { code: 'StorageFailed' });
    await t.throwsAsync(worker.look(never), { code: 'StorageFailed' });
    t.is(printer.started.length, status === 'starting' ? 0 : 1, 'nothing is started without a stored intent');
    lab.failStoring(undefined);
    await carryOn(setting, worker);
    t.is((await lab.job()).status, 'printed');
    t.is(printer.started.length, 1);
  });
}

test('the process ends after the proof of a start that never came: the proof still stands', async t => {
  const setting = await setUp(t);
  const { lab, driver, printer } = setting;
  await lab.schedule();
  await t.throwsAsync(lab.worker(killedAt(driver, 'start', false)).look(never));
  await t.throwsAsync(lab.worker(killedAt(driver, 'outcomeOf', true)).look(never), { message: 'killed' });
  t.is((await lab.job()).status, 'starting');
  t.deepEqual([...printer.files.keys()], ['mes-1-1.void.gcode']);
  await carryOn(setting, lab.worker(driver));
  t.is((await lab.job()).status, 'printed');
  t.deepEqual(printer.started, ['mes-1-2.gcode']);
  t.is(printer.files.size, 0, 'no leftovers');
});

test('a start that arrives after it was proven lost does nothing', async t => {
  const { lab, driver, printer } = await setUp(t);
  const worker = lab.worker(driver);
  printer.mishap('lostRequest', /"print":true/);
  await lab.schedule();
  await worker.look(never);
  await worker.look(never);
  t.is((await lab.job()).status, 'approved');
  t.is((await lab.bed()).state, 'clear');
  const late = await fetch(`${printer.url}/api/files/local/mes-1-1.gcode`, {
    method: 'POST',
    headers: { 'X-Api-Key': API_KEY, 'Content-Type': 'application/json' },
    body: JSON.stringify({ command: 'select', print: true }),
  });
  t.is(late.status, 404);
  t.deepEqual(printer.started, []);
});

test('OctoPrint is restarted between intent and look: the outcome is unknown and nothing is started again', async t => {
  const { lab, driver, printer, clock } = await setUp(t);
  await lab.schedule();
  await t.throwsAsync(lab.worker(killedAt(driver, 'start', true)).look(never));
  printer.restart();
  const worker = lab.worker(driver);
  for (let round = 0; round < 20; round++) {
    await worker.look(never);
    clock.advance(5_000);
  }
  t.is((await lab.job()).status, 'unknown');
  t.like(await lab.bed(), { state: 'occupied', content: 'unknown' });
  t.is(printer.started.length, 1);
});

test('a start that is refused again and again fails the job in the end, with the bed clear', async t => {
  const { lab, driver, printer } = await setUp(t);
  const worker = lab.worker(driver);
  printer.refuse(/"print":true/, 409);
  for (let round = 0; round < 5; round++) {
    await lab.schedule();
    await worker.look(never);
  }
  const job = await lab.job();
  t.is(job.status, 'failed');
  t.regex(job.history.at(-1)?.reason ?? '', /did not start it.*409/);
  t.is((await lab.bed()).state, 'clear');
  t.deepEqual(printer.started, []);
});

test('a cancel between intent and start: nothing is started and the bed is clear', async t => {
  const { lab, driver, printer } = await setUp(t);
  let reads = 0;
  const worker = lab.worker({
    ...driver,
    async read(signal) {
      reads += 1;
      if (reads === 2) await lab.cancel();
      return driver.read(signal);
    },
  });
  await lab.schedule();
  await worker.look(never);
  t.is((await lab.job()).status, 'cancelled');
  t.is((await lab.bed()).state, 'clear');
  t.deepEqual(printer.started, []);
  await worker.look(never);
  t.is(printer.files.size, 0);
});

test('maintenance between intent and start: nothing is started, the job waits again, the bed is clear', async t => {
  const { lab, driver, printer } = await setUp(t);
  let reads = 0;
  const worker = lab.worker({
    ...driver,
    async read(signal) {
      reads += 1;
      if (reads === 2) await lab.changePrinter({ maintenance: { on: true, reason: 'nozzle' } });
      return driver.read(signal);
    },
  });
  await lab.schedule();
  await worker.look(never);
  t.is((await lab.job()).status, 'approved');
  t.is((await lab.bed()).state, 'clear');
  t.deepEqual(printer.started, []);
});

test('a cancel while the file goes up ends the upload and starts nothing', async t => {
  const { lab, driver, printer } = await setUp(t);
  let aborted = false;
  const worker = lab.worker({
    ...driver,
    upload: (_source, _name, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason);
        });
        lab.cancel().catch(reject);
      }),
  });
  await lab.schedule();
  await worker.look(never);
  t.true(aborted);
  t.is((await lab.job()).status, 'cancelled');
  t.deepEqual(printer.started, []);
});

test('a foreign print between intent and start is not disturbed, and the job waits again', async t => {
  const { lab, driver, printer } = await setUp(t);
  let reads = 0;
  const worker = lab.worker({
    ...driver,
    async read(signal) {
      reads += 1;
      if (reads === 2) printer.startForeign('their.gcode');
      return driver.read(signal);
    },
  });
  await lab.schedule();
  await worker.look(never);
  t.is((await lab.job()).status, 'approved');
  await worker.look(never);
  t.deepEqual(printer.started, ['their.gcode']);
  t.like(await lab.job(2), { status: 'printing', fromServer: false, fileName: 'their.gcode', owner: '' });
  t.like(await lab.bed(), { state: 'inUse', jobId: 2 });
});

const obstacles = [
  [
    'the bed is not clear',
    (lab: OnePrinter) =>
      lab.commit({ actor: 't' }, async tx => tx.put('beds', { ...(await lab.bed()), state: 'occupied' })),
  ],
  ['the worker is stopped', (lab: OnePrinter) => lab.changePrinter({ worker: false })],
  [
    'the printer is in maintenance',
    (lab: OnePrinter) => lab.changePrinter({ maintenance: { on: true, reason: 'nozzle' } }),
  ],
  ['the printer was removed', (lab: OnePrinter) => lab.changePrinter({ removed: true })],
] as const;

for (const [what, happen] of obstacles) {
  test(`nothing is started when ${what} by the time that the file is there`, async t => {
    const { lab, driver, printer } = await setUp(t);
    const worker = lab.worker({
      ...driver,
      async upload(source, name, signal) {
        const path = await driver.upload(source, name, signal);
        await happen(lab);
        return path;
      },
    });
    await lab.schedule();
    await worker.look(never);
    t.is((await lab.job()).status, 'approved');
    t.deepEqual(printer.started, []);
  });
}

test('a lost file fails the job before the printer is touched', async t => {
  const { lab, driver, printer } = await setUp(t);
  lab.loseFile();
  await lab.schedule();
  await lab.worker(driver).look(never);
  t.like(await lab.job(), { status: 'failed' });
  t.is((await lab.bed()).state, 'clear');
  t.false(printer.requests.some(line => line.startsWith('POST')));
});

test('an upload that is refused for good fails the job', async t => {
  const { lab, driver, printer } = await setUp(t);
  printer.refuse(/^POST \/api\/files\/local [^/]/, 415);
  const worker = lab.worker(driver);
  await lab.schedule();
  for (let round = 0; round < 5; round++) await worker.look(never);
  const job = await lab.job();
  t.is(job.status, 'failed');
  t.regex(job.history.at(-1)?.reason ?? '', /415/);
  t.is((await lab.bed()).state, 'clear');
});
