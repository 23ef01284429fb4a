import test from 'ava';
import { type AddressSpace, BrowseDirection, StatusCodes, type UAObject } from 'node-opcua';
import { buildingBlocksOf } from '../../../../src/opcua/companion/building-blocks.ts';
import { installMachines } from '../../../../src/opcua/companion/machinery/machines.ts';
import { machineryIds } from '../../../../src/opcua/companion/namespaces.ts';
import type { Installed } from '../../../../src/opcua/nodes/follow-commits.ts';
import { installPrinterNodes } from '../../../../src/opcua/nodes/printer-nodes.ts';
import { createPrinterObjects } from '../../../../src/opcua/nodes/printer-objects.ts';
import { createAddressSpace, dataValueOf, has, plainValueOf } from '../../../support/address-space.ts';
import { createTestApp, type TestApp } from '../../../support/app.ts';
import { snapshotOf } from '../../../support/fakes.ts';
import { until } from '../../../support/until.ts';

const MINUTE = 60_000;
const newPrinter = {
  api: 'Mock',
  url: '',
  apiKey: '',
  group: '',
  model: '',
  nozzleDiameter: null,
  material: '',
  cameraUrl: '',
  worker: true,
} as const;
const blocksOf = (name: string): string => `Printers/${name}/MachineryBuildingBlocks`;

let space: AddressSpace;
let app: TestApp;
let parts: readonly Installed[] = [];

test.before(async () => {
  space = await createAddressSpace();
  app = await createTestApp();
  await app.addPrinter('First', { model: 'Prusa MK4' });
  const { store, commit, live, clock, log } = app;
  const printerObjects = createPrinterObjects();
  const deps = { addressSpace: space, store, commit, live, clock, log, printerObjects, version: '1.2.3' };
  parts = [installPrinterNodes(deps), installMachines(deps)];
  for (const part of parts) await part.start();
});

test.after.always(async () => {
  for (const part of parts) await part.stop();
  await app?.close();
  space?.dispose();
});

const addPrinter = async (name: string): Promise<void> => {
  await app.addPrinter(name);
  await until(`${name} is a machine`, () => machineIds().includes(`ns=3;s=Printers/${name}`));
};

const nodeAt = (path: string): UAObject => {
  const node = space.findNode(path.includes('=') ? path : `ns=3;s=${path}`);
  if (node === null) throw new Error(`There is no ${path}.`);
  return node as UAObject;
};

const targets = (path: string, referenceType: string): readonly string[] =>
  nodeAt(path)
    .findReferencesEx(referenceType, BrowseDirection.Forward)
    .map(({ nodeId }) => nodeId.toString());

const machineIds = (): readonly string[] => targets(machineryIds.Machines, 'Organizes');

const textOf = (path: string): unknown => (plainValueOf(space, path) as { readonly text: string }).text;

const count = (): number => {
  let nodes = 0;
  for (const _ of (
    space.getNamespace(3) as unknown as { nodeIterator(): Iterable<unknown> }
  ).nodeIterator()) {
    nodes += 1;
  }
  return nodes;
};

test.serial('the lab is a machine of its own, with a place for further building blocks', t => {
  t.true(machineIds().includes('ns=3;s=Lab'));
  t.is(nodeAt('Lab').browseName.toString(), '3:Lab');
  t.is(nodeAt('Lab/MachineryBuildingBlocks').browseName.toString(), '6:MachineryBuildingBlocks');
  t.is(buildingBlocksOf(space, 'ns=3;s=Lab'), nodeAt('Lab/MachineryBuildingBlocks'), 'not made twice');
  t.is(
    plainValueOf(space, 'Lab/MachineryBuildingBlocks/Identification/ProductInstanceUri'),
    'http://monashautomation.com/UA/MesPrinting/Instances/Lab',
  );
  t.is(plainValueOf(space, 'Lab/MachineryBuildingBlocks/Identification/SoftwareRevision'), '1.2.3');
  t.throws(() => buildingBlocksOf(space, 'ns=3;s=Nowhere'), { message: /no object ns=3;s=Nowhere/ });
});

test.serial('a printer that the store knows is a machine from the start', t => {
  t.true(machineIds().includes('ns=3;s=Printers/First'));
  const blocks = blocksOf('First');
  t.deepEqual(
    targets(blocks, 'HasAddIn')
      .map(id => nodeAt(id).browseName.toString())
      .sort(),
    [
      '4:Identification',
      '4:OperationCounters',
      '6:MachineryItemState',
      '6:MachineryOperationMode',
      '6:Monitoring',
    ],
  );
  t.true(targets('Printers/First', 'HasAddIn').includes(`ns=3;s=${blocks}/Identification`));
  t.is(textOf(`${blocks}/Identification/Manufacturer`), 'Prusa Research');
  t.is(textOf(`${blocks}/Identification/Model`), 'Prusa MK4');
  t.is(textOf(`${blocks}/Identification/ComponentName`), 'First');
  t.is(plainValueOf(space, `${blocks}/Identification/SerialNumber`), '');
});

test.serial('the state follows what the printer shows, with the time of the reading', t => {
  const state = `${blocksOf('First')}/MachineryItemState/CurrentState`;
  const mode = `${blocksOf('First')}/MachineryOperationMode/CurrentState`;
  t.deepEqual([textOf(state), textOf(mode)], ['NotExecuting', 'Processing']);
  const time = '2026-01-05T08:00:07.000Z';
  app.live.write('First', snapshotOf('printing', { time }));
  t.deepEqual([textOf(state), textOf(mode)], ['Executing', 'Processing']);
  t.is(plainValueOf(space, `${state}/Number`), 3);
  t.is(String(plainValueOf(space, `${state}/Id`)), 'ns=6;i=5006');
  t.is(dataValueOf(space, state).sourceTimestamp?.toISOString(), time);
});

test.serial('hours and prints are counted while and after it prints, and never run backward', async t => {
  await addPrinter('Counting');
  const { clock, live, commit } = app;
  const duration = `${blocksOf('Counting')}/OperationCounters/OperationDuration`;
  const cycles = `${blocksOf('Counting')}/OperationCounters/OperationCycleCounter`;
  const counted = () => [plainValueOf(space, duration), plainValueOf(space, cycles)];
  t.deepEqual(counted(), [0, 0]);
  const show = (state: 'printing' | 'unreachable' | 'idle', minutes: number): void => {
    clock.advance(minutes * MINUTE);
    live.write('Counting', snapshotOf(state, { time: clock.now().toISOString() }));
  };
  const job = await app.setJob(await app.submit('operator'), {
    printer: 'Counting',
    status: 'printing',
    history: [{ status: 'printing', time: clock.now().toISOString(), actor: 'printer', reason: '' }],
  });
  await commit({ actor: 'test' }, async tx => {
    tx.put('jobs', job);
    tx.put('operation', { id: 'Counting', duration: 5 * MINUTE, cycles: 3 });
  });
  show('printing', 10);
  t.deepEqual(counted(), [15 * MINUTE, 3]);
  show('printing', 0.5);
  t.deepEqual(counted(), [15 * MINUTE, 3], 'nobody is told of every second');
  show('unreachable', 5);
  t.deepEqual(counted(), [15 * MINUTE, 3]);
  await commit({ actor: 'test' }, async tx => {
    tx.put('jobs', { ...job, status: 'printed' });
    tx.put('operation', { id: 'Counting', duration: 16 * MINUTE, cycles: 3 });
  });
  t.deepEqual(counted(), [16 * MINUTE, 3]);
  show('idle', 60);
  t.deepEqual(counted(), [16 * MINUTE, 3]);
});

test.serial('what ran before the start is told once the printer is seen', async t => {
  const job = await app.setJob(await app.submit('operator'), {
    printer: 'Resumed',
    status: 'printing',
    history: [{ status: 'printing', time: app.clock.now().toISOString(), actor: 'printer', reason: '' }],
  });
  await app.commit({ actor: 'test' }, async tx => tx.put('jobs', job));
  await app.application.addPrinter(app.actors.admin, { ...newPrinter, name: 'Resumed' });
  const path = `${blocksOf('Resumed')}/OperationCounters/OperationDuration`;
  await until('it is there', () => has(space, path));
  t.is(dataValueOf(space, path).statusCode, StatusCodes.BadWaitingForInitialData);
  app.clock.advance(MINUTE);
  app.live.write('Resumed', snapshotOf('printing', { time: app.clock.now().toISOString() }));
  t.is(dataValueOf(space, path).statusCode, StatusCodes.Good);
  t.is(plainValueOf(space, path), MINUTE);
});

test.serial('printers come and go at run time without a trace', async t => {
  const before = count();
  const machines = machineIds().length;
  const names = Array.from({ length: 50 }, (_, index) => `Passing${index}`);
  await Promise.all(names.map(addPrinter));
  for (const name of names) t.true(has(space, `${blocksOf(name)}/Monitoring/Process`));
  await Promise.all(names.map(name => app.application.removePrinter(app.actors.admin, name)));
  await until('they are gone', () => names.every(name => !has(space, `Printers/${name}`)));
  t.is(count(), before);
  t.is(machineIds().length, machines);
});
