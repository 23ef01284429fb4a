import test from 'ava';
import { type AddressSpace, type StatusCode, StatusCodes } from 'node-opcua';
import { lostSnapshot, type PrinterSnapshot } from '../../../src/domain/printer.ts';
import { createLivePrinters } from '../../../src/opcua/live-printers.ts';
import type { Installed } from '../../../src/opcua/nodes/follow-commits.ts';
import { installJobNodes } from '../../../src/opcua/nodes/job-nodes.ts';
import { installPrinterNodes } from '../../../src/opcua/nodes/printer-nodes.ts';
import { measuredPaths } from '../../../src/opcua/nodes/printer-nodes-values.ts';
import { createAddressSpace, dataValueOf, has, plainValueOf } from '../../support/address-space.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { someJob } from '../../support/domain.ts';
import { memoryLog, snapshotOf } from '../../support/fakes.ts';
import { until } from '../../support/until.ts';

const PRINT = { file: 'x', progress: 40, timeUsed: 60, timeLeft: 90, timeLeftApprox: 95, native: {} };

/** A reading in which every value is told, and none is 0. */
const reading = (time: string, changes: Partial<PrinterSnapshot> = {}): PrinterSnapshot =>
  snapshotOf('printing', {
    nozzle: { actual: 215.5, target: 215 },
    bed: { actual: 60.5, target: 60 },
    head: { x: 1, y: 2, z: 3 },
    job: PRINT,
    time,
    ...changes,
  });

let space: AddressSpace;
let app: TestApp;
let parts: readonly Installed[] = [];

const startNodes = async (live = app.live): Promise<void> => {
  const { store, commit, clock, log, application } = app;
  const deps = { addressSpace: space, store, commit, live, clock, log };
  parts = [
    installPrinterNodes(deps),
    installJobNodes({ ...deps, jobViews: application.viewJobs, limit: 10, delay: 0 }),
  ];
  for (const part of parts) await part.start();
};

const stopNodes = async (): Promise<void> => {
  for (const part of parts) await part.stop();
};

test.before(async () => {
  space = await createAddressSpace();
  app = await createTestApp();
  await startNodes();
});

test.after.always(async () => {
  await stopNodes();
  await app?.close();
  space?.dispose();
});

const addPrinter = async (name: string): Promise<void> => {
  await app.addPrinter(name);
  await until(`${name} has nodes`, () => has(space, `Printers/${name}/State`));
};

/** What the telemetry of a printer has, all alike. */
const qualityOf = (printer: string) => {
  const all = measuredPaths.map(path => dataValueOf(space, `Printers/${printer}/${path}`));
  return {
    status: [...new Set(all.map(({ statusCode }) => statusCode.name))],
    time: [...new Set(all.map(({ sourceTimestamp }) => sourceTimestamp?.toISOString()))],
    values: all.map(({ value }): unknown => value.value),
  };
};

const told = (
  status: StatusCode,
  time: string,
  values = [215, 215.5, 60, 60.5, 1, 2, 3, 40, 60, 90, 95],
) => ({
  status: [status.name],
  time: [time],
  values,
});

const READ = '2026-01-05T08:00:07.000Z';
const LATER = '2026-01-05T08:00:17.000Z';
const LAST = StatusCodes.UncertainNoCommunicationLastUsableValue;

test.serial('what was read is Good, with the time of the reading, until another value is read', async t => {
  await addPrinter('Read');
  app.live.write('Read', reading(READ));
  t.deepEqual(qualityOf('Read'), told(StatusCodes.Good, READ));
  app.live.write('Read', reading(LATER));
  t.deepEqual(qualityOf('Read'), told(StatusCodes.Good, READ));
  t.deepEqual(plainValueOf(space, 'Printers/Read/UpdateTime'), new Date(LATER));
});

for (const state of ['unreachable', 'unauthorized', 'offline', 'connecting'] as const) {
  test.serial(`all telemetry of a printer that is ${state} is Uncertain since it was missed`, async t => {
    const name = `Is-${state}`;
    await addPrinter(name);
    app.live.write(name, reading(READ));
    app.live.write(name, lostSnapshot(state, 'gone', LATER));
    t.deepEqual(qualityOf(name), told(LAST, LATER));
    app.live.write(name, reading('2026-01-05T08:00:27.000Z'));
    t.deepEqual(qualityOf(name), told(StatusCodes.Good, '2026-01-05T08:00:27.000Z'));
  });
}

test.serial('a printer that refuses files but is read has Good telemetry', async t => {
  await addPrinter('Refusing');
  app.live.write('Refusing', reading(READ));
  app.live.write('Refusing', reading(LATER, { state: 'unauthorized', nozzle: { actual: 30, target: 10 } }));
  t.deepEqual(qualityOf('Refusing').status, ['Good']);
  const { value, sourceTimestamp } = dataValueOf(space, 'Printers/Refusing/Nozzle/Actual');
  t.deepEqual([value.value, sourceTimestamp?.toISOString()], [30, LATER]);
});

test.serial('a printer that answers without values has Bad ones, of its print too', async t => {
  await addPrinter('Silent');
  app.live.write('Silent', reading(READ));
  app.live.write('Silent', lostSnapshot('unknown', 'It does not say.', LATER));
  t.deepEqual(qualityOf('Silent'), told(StatusCodes.BadNoData, LATER));
});

test.serial(
  'with its worker stopped all telemetry is Uncertain at once, also after it is started again',
  async t => {
    await addPrinter('Stopped');
    app.live.write('Stopped', reading(READ));
    await app.application.stopWorker(app.actors.operator, 'Stopped');
    t.deepEqual(qualityOf('Stopped'), told(LAST, app.clock.now().toISOString()));
    // As the worker's end shows it.
    app.live.write('Stopped', lostSnapshot('unreachable', 'Its worker is stopped.', LATER));
    await app.application.startWorker(app.actors.operator, 'Stopped');
    t.deepEqual(qualityOf('Stopped').status, [LAST.name]);
  },
);

const progressOf = (id: number) => {
  const { value, statusCode, sourceTimestamp } = dataValueOf(space, `Jobs/${id}/Progress`);
  return [value.value as number, statusCode.name, sourceTimestamp?.toISOString()];
};

test.serial('the progress of a job is as good as what is known of its printer', async t => {
  await addPrinter('Prints');
  app.live.write('Prints', reading(READ));
  const print = { printer: 'Prints', progress: 12, fromServer: true } as const;
  await app.commit({ actor: 'test' }, async tx => {
    tx.put('jobs', someJob({ id: 3001, status: 'printing', ...print }));
    tx.put('jobs', someJob({ id: 3002, status: 'unknown', ...print }));
    tx.put('jobs', someJob({ id: 3003, status: 'failed', ...print }));
  });
  await until('the jobs have nodes', () => {
    app.clock.advance(100);
    return [3001, 3002, 3003].every(id => has(space, `Jobs/${id}/Progress`));
  });
  t.deepEqual(progressOf(3001), [40, 'Good', READ]);
  t.deepEqual(progressOf(3002), [12, 'UncertainLastUsableValue', READ]);
  t.deepEqual(progressOf(3003).slice(0, 2), [12, 'Good']);

  app.live.write('Prints', lostSnapshot('unreachable', 'gone', LATER));
  t.deepEqual(progressOf(3001), [40, LAST.name, LATER]);
  t.deepEqual(progressOf(3002), [12, LAST.name, LATER]);
  t.deepEqual(progressOf(3003).slice(0, 2), [12, 'Good']);

  const again = '2026-01-05T08:00:27.000Z';
  app.live.write('Prints', reading(again));
  t.deepEqual(progressOf(3001), [40, 'Good', again]);
});

test.serial(
  'after a restart telemetry is Bad until the first reading, a job shows what is stored as Uncertain',
  async t => {
    await stopNodes();
    space.dispose();
    space = await createAddressSpace();
    const live = createLivePrinters(memoryLog());
    // The views of jobs are of the old process too.
    app.live.write('Prints', lostSnapshot('unreachable', 'not yet read', LATER));
    await startNodes(live);
    await until('the job has its node', () => {
      app.clock.advance(100);
      return has(space, 'Jobs/3001/Progress');
    });
    t.deepEqual(qualityOf('Read').status, ['BadNoCommunication']);
    t.is(plainValueOf(space, 'Printers/Read/State'), 'unreachable');
    t.deepEqual(progressOf(3001).slice(0, 2), [12, LAST.name]);
    live.write('Read', reading(LATER));
    t.deepEqual(qualityOf('Read'), told(StatusCodes.Good, LATER));
  },
);
