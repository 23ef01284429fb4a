import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { AddPrinterCommand } from '../../src/app/application.ts';
import { createDispatcher } from '../../src/app/dispatch/dispatcher.ts';
import type { PrinterIdentity } from '../../src/app/ports.ts';
import { DriverError, type DriverErrorKind } from '../../src/app/ports.ts';
import type { GcodeFile } from '../../src/domain/gcode-file.ts';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { createFleet } from '../../src/printers/fleet.ts';
import { createTestApp, required } from '../support/app.ts';
import { driversFor } from '../support/drivers.ts';
import { emptyMetadata, probeReport } from '../support/fakes.ts';
import { mockPrinter } from '../support/mock-printer.ts';

const mk3: PrinterIdentity = {
  software: 'PrusaLink 0.8.1',
  model: 'MK3S',
  nozzleDiameter: 0.4,
  bedSize: { width: 250, depth: 210 },
  material: '',
  takesBgcode: false,
  camera: null,
};

const command: AddPrinterCommand = {
  name: 'P1',
  api: 'PrusaLink',
  url: 'http://printer1/',
  apiKey: 'wrong',
  group: 'lab',
  model: '',
  nozzleDiameter: null,
  material: '',
  cameraUrl: '',
  worker: true,
};

const deniedReport = probeReport({
  software: '',
  takesBgcode: null,
  state: null,
  problem: { step: 'key', code: 'unauthorized', message: 'no' },
});

/** Dispatcher and fleet over one store; a printer that takes the key `good` alone. */
const setUp = async (t: ExecutionContext, given: Partial<AddPrinterCommand> = {}) => {
  const app = await createTestApp({ probe: { probe: async () => deniedReport } });
  const { clock, application, actors } = app;
  const machine = mockPrinter({ clock });
  let isOn = true;
  let trouble: DriverErrorKind | undefined;
  let asked = 0;
  let reads = 0;
  let refusesBgcode = false;
  const driverOf = (apiKey: string) => {
    const mock = createMockDriver({ physics: machine, clock });
    const check = (): void => {
      if (!isOn) throw new DriverError('unreachable', 'No answer.');
      if (apiKey !== 'good') throw new DriverError('unauthorized', 'Wrong key.');
    };
    return {
      ...mock,
      read: async (signal: AbortSignal) => {
        reads += 1;
        check();
        return mock.read(signal);
      },
      identify: async () => {
        asked += 1;
        check();
        if (trouble !== undefined) throw new DriverError(trouble, 'It does not tell.');
        return mk3;
      },
      upload: async (...args: Parameters<typeof mock.upload>) => {
        check();
        if (refusesBgcode && args[0].kind === 'bgcode') throw new DriverError('noBgcode', 'No bgcode here.');
        return mock.upload(...args);
      },
    };
  };
  const fleet = createFleet({
    ...app,
    drivers: driversFor({ PrusaLink: printer => driverOf(printer.apiKey) }),
    settings: { workerInterval: 5, printerLostAfter: 900, parallelUploads: 10 },
    random: () => 0.5,
  });
  const dispatcher = createDispatcher(app.deps);
  await application.addPrinter(actors.admin, { ...command, ...given });
  await application.confirmBedClear(actors.operator, 'P1');
  await fleet.start();
  await dispatcher.start();
  t.teardown(async () => {
    await dispatcher.stop();
    await fleet.stop();
  });
  return {
    ...app,
    machine,
    asked: () => asked,
    reads: () => reads,
    row: async () => required(await app.store.get('printers', 1), 'printer'),
    notReady: async () => (await application.getPrinter('P1')).notReadyReason,
    mendKey: () => application.changePrinter(actors.admin, 'P1', { apiKey: 'good' }),
    async send(file: Partial<GcodeFile> = {}, wanted = '') {
      const stored = await app.addFile('student', file);
      app.files.contents.set(stored.id, Buffer.from('G28'));
      const id = await app.submit('student', { file: stored.id, printer: wanted });
      await application.approveJob(actors.operator, id);
      return id;
    },
    power(on: boolean) {
      isOn = on;
    },
    failToTell(kind: DriverErrorKind | undefined) {
      trouble = kind;
    },
    refuseBgcode() {
      refusesBgcode = true;
    },
    async pass(seconds: number): Promise<void> {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1000);
        for (let turn = 0; turn < 60; turn += 1) await setImmediate();
      }
    },
  };
};

const forMk4 = { metadata: { ...emptyMetadata, printerModel: 'MK4' } };

test('a printer that was added with a wrong key is identified once the key is mended, before it gets a job', async t => {
  const { send, pass, mendKey, row, jobOf, machine, asked, clock } = await setUp(t);
  const id = await send(forMk4);
  const binary = await send({ kind: 'bgcode', name: 'part.bgcode' });
  await pass(30);
  t.is(asked(), 0, 'not asked while it refuses the key');
  await mendKey();
  await pass(30);
  t.like(await row(), { model: 'MK3S', nozzleDiameter: 0.4, takesBgcode: false, identified: 'told' });
  t.deepEqual((await row()).bedSize, mk3.bedSize);
  t.is((await jobOf(id)).status, 'approved', 'an MK3S prints nothing that is sliced for an MK4');
  t.is((await jobOf(binary)).status, 'approved');
  t.is((await jobOf(binary)).attempt, 0, 'nothing was sent');
  t.is((await machine.read(AbortSignal.timeout(1000))).job, null);
  t.is(asked(), 1);
  const right = await send();
  await pass(10);
  t.is((await jobOf(right)).status, 'printing', clock.now().toISOString());
});

test('what staff entered stays, and another key or address is looked at again', async t => {
  const { pass, mendKey, row, asked, application, actors, notReady } = await setUp(t, { model: 'MK3.5' });
  await mendKey();
  t.regex(await notReady(), /Not yet read|refuses the key|Not yet identified/);
  await pass(10);
  t.like(await row(), { model: 'MK3.5', nozzleDiameter: 0.4, learned: ['bedSize', 'nozzleDiameter'] });
  await application.changePrinter(actors.admin, 'P1', { username: 'maker' });
  t.is((await row()).identified, undefined);
  await pass(10);
  t.is(asked(), 2);
  await application.changePrinter(actors.admin, 'P1', { url: 'http://printer2/', worker: false });
  const moved = await row();
  t.like(
    moved,
    { model: 'MK3.5', nozzleDiameter: null, bedSize: null },
    'what the other machine told is forgotten',
  );
  t.is(moved.identified, undefined);
  t.is(moved.learned, undefined);
});

test('a printer that was off is asked when it comes, and costs no more than its reads until then', async t => {
  const { pass, mendKey, power, row, asked, reads } = await setUp(t);
  power(false);
  await mendKey();
  await pass(300);
  t.is(asked(), 0);
  t.true(reads() < 20, `${reads()} reads`);
  power(true);
  await pass(61);
  t.is((await row()).identified, 'told');
});

test('a host that never tells what it is gets jobs after some tries, and is asked seldom', async t => {
  const { pass, mendKey, failToTell, row, asked, send, jobOf, notReady } = await setUp(t);
  failToTell('garbled');
  await mendKey();
  const id = await send();
  await pass(20);
  t.regex(await notReady(), /^Not yet identified/);
  t.is((await jobOf(id)).status, 'approved');
  await pass(80);
  t.is((await row()).identified, 'silent');
  t.true(['printing', 'printed'].includes((await jobOf(id)).status));
  t.is(asked(), 5);
  await pass(300);
  t.true(asked() <= 7, `${asked()} tries`);
  failToTell(undefined);
  await pass(700);
  t.like(await row(), { identified: 'told', model: 'MK3S' });
});

test('a job that was reserved before the key was changed is not sent before the printer is identified', async t => {
  const { pass, mendKey, failToTell, send, jobOf, put, row } = await setUp(t);
  const id = await send(forMk4);
  await put('jobs', { ...(await jobOf(id)), status: 'scheduled', printer: 'P1', attempt: 1 });
  failToTell('unreachable');
  await mendKey();
  await pass(6);
  t.like(await jobOf(id), { status: 'approved', printer: '' });
  t.is((await row()).identified, undefined);
  t.is((await jobOf(id)).history.at(-1)?.reason, 'The printer is not yet identified.');
});

for (const other of [true, false]) {
  test(`a printer that says for certain that it takes no binary g-code is remembered; the job ${other ? 'waits for another' : 'fails where no other could print it'}`, async t => {
    const { pass, mendKey, refuseBgcode, send, jobOf, row, put, application, actors } = await setUp(t);
    if (other)
      await application.addPrinter(actors.admin, { ...command, name: 'P2', url: 'http://printer2/' });
    await mendKey();
    await pass(6);
    await put('printers', { ...(await row()), takesBgcode: true });
    refuseBgcode();
    const id = await send({ kind: 'bgcode', name: 'part.bgcode' });
    await pass(10);
    t.is((await row()).takesBgcode, false);
    t.is((await jobOf(id)).status, other ? 'approved' : 'failed');
    t.is((await jobOf(id)).attempt, 1, 'one try');
    t.regex((await jobOf(id)).history.at(-1)?.reason ?? '', /^No bgcode here\./);
  });
}
