import { join } from 'node:path';
import test from 'ava';
import {
  AttributeIds,
  ClientMonitoredItem,
  type ClientSession,
  ClientSubscription,
  constructEventFilter,
  type ModelChangeStructureDataType,
  type OPCUAClient,
  ofType,
  TimestampsToReturn,
  type Variant,
} from 'node-opcua';
import { typeIds } from '../../../src/opcua/model-ids.ts';
import { installModelChanges, MAX_NAMED } from '../../../src/opcua/nodes/model-changes.ts';
import { createPrinterObjects } from '../../../src/opcua/nodes/printer-objects.ts';
import type { OpcuaServer } from '../../../src/opcua/server/server.ts';
import { createAddressSpace } from '../../support/address-space.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { connect, logIn, opcuaServer, opcuaSettings } from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const SERVER = 'ns=0;i=2253';
const folder = temporaryFolder();

let app: TestApp;
let server: OpcuaServer;
let client: OPCUAClient;
let anonymous: ClientSession;
let heard: string[][];
let heardByStaff: string[][];

test.before(async () => {
  app = await createTestApp();
  await app.addPrinter('First');
  server = opcuaServer({ app, settings: opcuaSettings(join(folder, 'server')) });
  await server.start();
  client = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
  anonymous = await client.createSession();
  await until('what was made at the start is told', async () => {
    return (await versionOf('Printers')) !== (await versionOf('Orders'));
  });
  heard = await listen(anonymous);
  heardByStaff = await listen(await logIn(client, 'operator'));
});

test.after.always(async () => {
  await client?.disconnect();
  await server?.stop();
  await app?.close();
});

/** `12 ns=3;s=Printers`: verb and node, for each event. */
const listen = async (session: ClientSession): Promise<string[][]> => {
  const subscription = ClientSubscription.create(session, {
    requestedPublishingInterval: 50,
    requestedLifetimeCount: 100,
    requestedMaxKeepAliveCount: 10,
    publishingEnabled: true,
  });
  const events: string[][] = [];
  const filter = constructEventFilter(['SourceNode', 'Changes'], ofType('GeneralModelChangeEventType'));
  const item = ClientMonitoredItem.create(
    subscription,
    { nodeId: SERVER, attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 100, filter },
    TimestampsToReturn.Both,
  );
  item.on('changed', (([source, changes]: Variant[]) => {
    const all = (changes?.value ?? []) as readonly ModelChangeStructureDataType[];
    events.push([
      ...all.map(({ verb, affected, affectedType }) => `${verb} ${affected} ${affectedType}`),
      `from ${source?.value}`,
    ]);
  }) as never);
  await new Promise<void>(resolve => item.once('initialized', () => resolve()));
  return events;
};

const versionOf = async (name: string): Promise<string> => {
  const { value, statusCode } = await anonymous.read({ nodeId: `ns=3;s=${name}.NodeVersion` });
  if (statusCode.isNotGood()) throw new Error(`${name}: ${statusCode.name}`);
  return String(value.value);
};

const PRINTERS = `ns=3;s=Printers ${typeIds.PrintersType}`;

test.beforeEach(() => {
  heard.length = 0;
  heardByStaff.length = 0;
});

test.serial('a printer that comes and goes is told to everybody, with its folder', async t => {
  const before = await versionOf('Printers');
  const ofJobs = await versionOf('Jobs');
  await app.addPrinter('Second');
  const [added] = await until('an event', () => heard.length > 0 && heard.splice(0));
  t.deepEqual(added, [`4 ${PRINTERS}`, `1 ns=3;s=Printers/Second ${typeIds.PrinterType}`, `from ${SERVER}`]);
  const after = await versionOf('Printers');
  t.true(after > before);
  t.is(await versionOf('Jobs'), ofJobs);

  await app.application.removePrinter(app.actors.admin, 'Second');
  const [deleted] = await until('an event', () => heard.length > 0 && heard.splice(0));
  t.deepEqual(deleted, [
    `8 ${PRINTERS}`,
    `2 ns=3;s=Printers/Second ${typeIds.PrinterType}`,
    `from ${SERVER}`,
  ]);
  t.true((await versionOf('Printers')) > after);
});

test.serial('the version is a property of the object that it is of', async t => {
  for (const nodeId of ['ns=3;s=Printers', 'ns=3;s=Jobs', 'ns=3;s=Orders']) {
    const { references } = await anonymous.browse({ nodeId, referenceTypeId: 'HasProperty', resultMask: 63 });
    t.deepEqual(
      references?.map(({ browseName }) => browseName.toString()),
      ['NodeVersion'],
      nodeId,
    );
  }
});

test.serial('jobs and orders, which not everybody may see, are told as changes of their folders', async t => {
  const jobs = await versionOf('Jobs');
  await app.addFile('student', { partName: 'gear' });
  await app.application.submitOrder(app.actors.operator, {
    orderId: 'A-1',
    file: 'gear',
    quantity: 3,
    owner: '',
    priority: 0,
  });
  const said = (events: string[][]) => new Set(events.flat());
  await until('both are told', () => said(heard).size >= 3 && said(heardByStaff).size >= 3);
  const told = [
    `4 ns=3;s=Jobs ${typeIds.JobsType}`,
    `4 ns=3;s=Orders ${typeIds.OrdersType}`,
    `from ${SERVER}`,
  ].sort();
  t.deepEqual([...said(heard)].sort(), told);
  t.deepEqual([...said(heardByStaff)].sort(), told);
  t.true(heard.length <= 2);
  t.true((await versionOf('Jobs')) > jobs);
});

test.serial('more nodes than one event may name are told by their folder alone', async t => {
  const space = await createAddressSpace();
  t.teardown(() => space.dispose());
  const printerObjects = createPrinterObjects();
  let nextRound: () => void = () => undefined;
  const clock = {
    now: () => new Date(),
    sleep: (_: number, stop?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        nextRound = resolve;
        stop?.addEventListener('abort', () => reject(new Error('stopped')));
      }),
  };
  const events: (readonly { readonly affected: unknown }[])[] = [];
  const server = space.rootFolder.objects.server;
  server.on('event', data => events.push((data as unknown as { changes: Variant }).changes.value));
  const part = installModelChanges({ addressSpace: space, printerObjects, clock, log: app.log });
  await part.start();
  const add = (name: string): void => {
    const browseName = { name, namespaceIndex: 3 };
    const nodeId = `ns=3;s=Printers/${name}`;
    printerObjects.add(name, space.getNamespace(3).addObject({ browseName, nodeId }));
  };
  for (let number = 0; number < MAX_NAMED; number += 1) add(`Few${number}`);
  nextRound();
  await until('they are told', () => events.length === 1);
  t.is(events[0]?.length, MAX_NAMED + 1);
  for (let number = 0; number <= MAX_NAMED; number += 1) add(`Many${number}`);
  nextRound();
  await until('they are told', () => events.length === 2);
  t.deepEqual(
    events[1]?.map(({ affected }) => String(affected)),
    ['ns=3;s=Printers'],
  );
  nextRound();
  printerObjects.remove('Few0');
  nextRound();
  await until('it is told', () => events.length === 3);
  t.is(events[2]?.length, 2);
  await part.stop();
});
