import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createDispatcher } from '../../src/app/dispatch/dispatcher.ts';
import { DriverError } from '../../src/app/ports.ts';
import { lostSnapshot, type PrinterSnapshot } from '../../src/domain/printer.ts';
import { createLivePrinters } from '../../src/opcua/live-printers.ts';
import { createAccess } from '../../src/printers/access.ts';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { createFleet } from '../../src/printers/fleet.ts';
import { createTestApp } from '../support/app.ts';
import { driversFor } from '../support/drivers.ts';
import { fakeClock, memoryLog } from '../support/fakes.ts';
import { mockPrinter } from '../support/mock-printer.ts';

const WORDS = 'The printer has no drive to store files on: put one in.';

/** Dispatcher and fleet over one store, with jobs that wait; the first printer has no drive. */
const setUp = async (t: ExecutionContext, names: readonly string[], jobs: number) => {
  const app = await createTestApp();
  const { clock, application, actors } = app;
  const machines = new Map(names.map(name => [name, mockPrinter({ clock })]));
  let hasDrive = false;
  let tries = 0;
  const fleet = createFleet({
    ...app,
    drivers: driversFor({
      Mock: ({ name }) => {
        const mock = createMockDriver({ physics: machines.get(name) ?? mockPrinter({ clock }), clock });
        return {
          ...mock,
          async upload(...given) {
            if (name !== names[0] || hasDrive) return mock.upload(...given);
            tries += 1;
            throw new DriverError('outOfOrder', WORDS);
          },
        };
      },
    }),
    settings: { workerInterval: 5, printerLostAfter: 900, parallelUploads: 10 },
    random: () => 0.5,
  });
  const dispatcher = createDispatcher(app.deps);
  for (const name of names) await app.addPrinter(name);
  const file = await app.addFile();
  app.files.contents.set(file.id, Buffer.from('G28'));
  const ids: number[] = [];
  for (let count = 0; count < jobs; count += 1) {
    const id = await app.submit('student', { file: file.id });
    await application.approveJob(actors.operator, id);
    ids.push(id);
  }
  await fleet.start();
  await dispatcher.start();
  t.teardown(async () => {
    await dispatcher.stop();
    await fleet.stop();
  });
  return {
    ...app,
    machines,
    tries: () => tries,
    jobs: () => Promise.all(ids.map(id => app.jobOf(id))),
    putDriveIn() {
      hasDrive = true;
    },
    async pass(seconds: number): Promise<void> {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1000);
        for (let turn = 0; turn < 60; turn += 1) await setImmediate();
      }
    },
  };
};

test('a printer that can store no file says so, fails no job of the queue, and prints when it can again', async t => {
  const { pass, tries, live, jobs, application, log, putDriveIn } = await setUp(t, ['Printer1'], 3);
  const statuses = async () => (await jobs()).map(({ status }) => status);
  await pass(30);
  t.is(tries(), 1);
  t.like(live.read('Printer1'), { state: 'attention', message: WORDS, job: null });
  t.regex(
    (await application.getPrinter('Printer1')).notReadyReason,
    /needs a person: The printer has no drive/,
  );
  t.deepEqual(await statuses(), ['approved', 'approved', 'approved']);
  t.is((await jobs())[0]?.history.at(-1)?.reason, WORDS);
  await pass(60 * 8);
  t.true(tries() > 6 && tries() <= 10, `${tries()} tries`);
  t.deepEqual(await statuses(), ['approved', 'approved', 'approved']);
  t.is(log.lines.filter(({ level }) => level === 'warn').length, 1);
  putDriveIn();
  await pass(75);
  t.is((await statuses()).filter(status => status === 'printing').length, 1);
  t.is(live.read('Printer1')?.state, 'printing');
});

test('the file of its latest print is not shown as one that waits for a person', t => {
  const clock = fakeClock();
  const live = createLivePrinters(memoryLog());
  const access = createAccess({ clock, log: memoryLog(), live, printer: { name: 'Printer1' } });
  const time = clock.now().toISOString();
  const job = {
    file: 'mes-1-1.gcode',
    progress: 100,
    timeUsed: null,
    timeLeft: null,
    timeLeftApprox: null,
    native: {},
  };
  const finished: PrinterSnapshot = { ...lostSnapshot('unreachable', '', time), state: 'finished', job };
  live.write('Printer1', finished);
  access.deny(new DriverError('outOfOrder', WORDS));
  t.like(live.read('Printer1'), { state: 'attention', message: WORDS, job: null });
  t.is(access.seen({ ...finished, state: 'printing' }).state, 'printing');
  clock.advance(60_000);
  t.is(access.seen(finished), finished);
});

test('the job goes to another printer', async t => {
  const { pass, tries, live, jobs } = await setUp(t, ['Printer1', 'Printer2'], 1);
  await pass(30);
  t.is(tries(), 1);
  const [job] = await jobs();
  t.like(job, { status: 'printing', printer: 'Printer2' });
  t.is(live.read('Printer1')?.state, 'attention');
});

test('a print that is started at a printer which can store no file is followed, also to its end', async t => {
  const { pass, machines, store, live } = await setUp(t, ['Printer1'], 1);
  await pass(10);
  t.is(live.read('Printer1')?.state, 'attention');
  t.is(await store.count('jobs', { fromServer: false }), 0);
  const machine = machines.get('Printer1');
  await machine?.store('theirs.gcode');
  await machine?.start('theirs.gcode');
  await pass(10);
  t.is(live.read('Printer1')?.state, 'printing');
  const theirs = async () => (await store.find('jobs', { where: { fromServer: false } }))[0];
  t.like(await theirs(), { fileName: 'theirs.gcode', status: 'printing' });
  await pass(80);
  t.is((await theirs())?.status, 'printed');
});
