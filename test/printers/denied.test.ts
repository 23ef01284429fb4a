import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createDispatcher } from '../../src/app/dispatch/dispatcher.ts';
import { MAX_STARTS } from '../../src/app/follow-print/end-print.ts';
import { DriverError } from '../../src/app/ports.ts';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { createFleet } from '../../src/printers/fleet.ts';
import { createTestApp } from '../support/app.ts';
import { driversFor } from '../support/drivers.ts';
import { mockPrinter } from '../support/mock-printer.ts';

const WORDS = 'The key may only read.';

/** Dispatcher and fleet over one store, with a job that waits for a printer whose key may only read. */
const setUp = async (t: ExecutionContext, what: 'upload' | 'start') => {
  const app = await createTestApp();
  const { clock, application, actors } = app;
  const machine = mockPrinter({ clock });
  let isAllowed = false;
  let tries = 0;
  const fleet = createFleet({
    ...app,
    drivers: driversFor({
      Mock: printer => {
        const mock = createMockDriver({ physics: machine, clock });
        const denying = async (): Promise<never> => {
          tries += 1;
          throw new DriverError('unauthorized', WORDS);
        };
        return {
          ...mock,
          upload: (...given) =>
            what === 'upload' && !isAllowed && printer.apiKey !== 'good' ? denying() : mock.upload(...given),
          start: (...given) =>
            what === 'start' && !isAllowed && printer.apiKey !== 'good' ? denying() : mock.start(...given),
        };
      },
    }),
    settings: { workerInterval: 5, printerLostAfter: 900, parallelUploads: 10 },
    random: () => 0.5,
  });
  const dispatcher = createDispatcher(app.deps);
  await app.addPrinter('Printer1');
  const file = await app.addFile();
  app.files.contents.set(file.id, Buffer.from('G28'));
  const id = await app.submit('student', { file: file.id });
  await application.approveJob(actors.operator, id);
  await fleet.start();
  await dispatcher.start();
  t.teardown(async () => {
    await dispatcher.stop();
    await fleet.stop();
  });
  return {
    ...app,
    job: () => app.jobOf(id),
    machine,
    tries: () => tries,
    allow() {
      isAllowed = true;
    },
    async pass(seconds: number): Promise<void> {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1000);
        for (let turn = 0; turn < 60; turn += 1) await setImmediate();
      }
    },
  };
};

for (const what of ['upload', 'start'] as const) {
  test(`a key that may not ${what} costs one try a minute, says so, and fails no job`, async t => {
    const { pass, tries, live, job, application, log, allow } = await setUp(t, what);
    await pass(30);
    t.is(tries(), 1);
    t.like(live.read('Printer1'), { state: 'unauthorized', message: WORDS });
    t.regex(
      (await application.getPrinter('Printer1')).notReadyReason,
      /refuses the key: The key may only read/,
    );
    t.is((await job()).status, 'approved');
    await pass(60 * (MAX_STARTS + 2));
    t.true(tries() > MAX_STARTS && tries() <= MAX_STARTS + 3, `${tries()} tries`);
    t.is((await job()).status, 'approved');
    t.is((await application.getPrinter('Printer1')).bed.state, 'clear');
    t.is(log.lines.filter(({ level }) => level === 'warn').length, 1);
    allow();
    await pass(75);
    t.is((await job()).status, 'printing');
  });
}

test('a new key is tried at once', async t => {
  const { pass, application, actors, job } = await setUp(t, 'upload');
  await pass(10);
  t.is((await job()).status, 'approved');
  await application.changePrinter(actors.admin, 'Printer1', { apiKey: 'good' });
  await pass(6);
  t.is((await job()).status, 'printing');
});

test('a print that is started at a printer which takes no job from us is followed', async t => {
  const { pass, machine, store, live } = await setUp(t, 'upload');
  await pass(10);
  await machine.store('theirs.gcode');
  await machine.start('theirs.gcode');
  await pass(10);
  t.is(live.read('Printer1')?.state, 'printing');
  t.is((await store.find('jobs', { where: { fromServer: false } }))[0]?.fileName, 'theirs.gcode');
});
