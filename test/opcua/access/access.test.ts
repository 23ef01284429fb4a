import { join } from 'node:path';
import test from 'ava';
import {
  AttributeIds,
  BrowseDirection,
  ClientMonitoredItem,
  type ClientSession,
  ClientSubscription,
  constructEventFilter,
  type DataValue,
  NodeClass,
  type OPCUAClient,
  ofType,
  StatusCodes,
  TimestampsToReturn,
  type Variant,
} from 'node-opcua';
import { typeIds } from '../../../src/opcua/model-ids.ts';
import type { OpcuaServer } from '../../../src/opcua/server/server.ts';
import { createTestApp, type Person, type TestApp } from '../../support/app.ts';
import { snapshotOf } from '../../support/fakes.ts';
import { connect, logIn, opcuaServer, opcuaSettings } from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const folder = temporaryFolder();
let app: TestApp;
let server: OpcuaServer;
let client: OPCUAClient;
let jobId = 0;

test.before(async () => {
  app = await createTestApp();
  await app.addPrinter('Printer1', { url: 'http://10.0.0.7/', cameraUrl: 'http://10.0.0.8/' });
  jobId = await app.submit('student', { orderId: 'A-17' });
  const { id: file } = await app.addFile('student');
  const order = { orderId: 'A-17', file, quantity: 2, owner: '', priority: 0 };
  await app.application.submitOrder(app.actors.student, order);
  app.live.write(
    'Printer1',
    snapshotOf('printing', {
      job: { file: 'a.gcode', progress: 5, timeUsed: 1, timeLeft: 2, timeLeftApprox: 2, native: {} },
    }),
  );
  server = opcuaServer({ app: app, settings: opcuaSettings(join(folder, 'server')) });
  await server.start();
  client = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
});

test.after.always(async () => {
  await client?.disconnect();
  await server?.stop();
  await app?.close();
});

const open = (person: Person | 'anonymous'): Promise<ClientSession> =>
  person === 'anonymous' ? client.createSession() : logIn(client, person);

/** Every node of the instance namespace that the session finds below a node, by id. */
const nodesBelow = async (session: ClientSession, root: string): Promise<Map<string, NodeClass>> => {
  const found = new Map<string, NodeClass>();
  const waiting = [root];
  for (let nodeId = waiting.pop(); nodeId !== undefined; nodeId = waiting.pop()) {
    const { references } = await session.browse({
      nodeId,
      browseDirection: BrowseDirection.Forward,
      referenceTypeId: 'HierarchicalReferences',
      includeSubtypes: true,
      resultMask: 63,
    });
    for (const { nodeId: child, nodeClass } of references ?? []) {
      const id = child.toString();
      if (found.has(id) || !id.startsWith('ns=3;')) continue;
      found.set(id, nodeClass);
      waiting.push(id);
    }
  }
  return found;
};

const readValue = (session: ClientSession, nodeId: string): Promise<DataValue> =>
  session.read({ nodeId, attributeId: AttributeIds.Value });

const readablePaths = async (person: Person | 'anonymous', root: string): Promise<string[]> => {
  const session = await open(person);
  const paths: string[] = [];
  for (const [id, nodeClass] of await nodesBelow(session, root)) {
    // A printer's job management refers to nodes of the lab's.
    if (nodeClass !== NodeClass.Variable || !id.startsWith(`${root}/`)) continue;
    const { statusCode } = await readValue(session, id);
    if (statusCode.equals(StatusCodes.BadUserAccessDenied)) continue;
    if (statusCode.name.startsWith('BadNode')) throw new Error(`${id}: ${statusCode.name}`);
    paths.push(id.slice(`${root}/`.length));
  }
  await session.close();
  return (
    paths
      // What companion specifications hang on printers has tests of its own.
      .filter(path => !path.startsWith('MachineryBuildingBlocks/'))
      .filter(path => !/(EngineeringUnits|EURange|EnumStrings|EnumValues|Definition)$/.test(path))
      .sort()
  );
};

const forEverybody = [
  'Bed/Actual',
  'Bed/Clear',
  'Bed/Target',
  'Attention',
  'Fault',
  'Group',
  'Job/Progress',
  'Maintenance',
  'Model',
  'Name',
  'Nozzle/Actual',
  'Nozzle/Target',
  'Online',
  'Ready',
  'State',
  'StateCode',
  'UpdateTime',
  'WorkerRunning',
];
const forAccounts = [
  'Api',
  'Bed/Content',
  'Bed/JobId',
  'Head/X',
  'Head/Y',
  'Head/Z',
  'Job/JobId',
  'Job/StatusCode',
  'Job/TimeLeft',
  'Job/TimeLeftApprox',
  'Job/TimeUsed',
  'NotReadyReason',
  'Pickup/JobId',
  'Pickup/PickupId',
  'Pickup/Robot',
  'Pickup/Since',
  'Pickup/State',
];
const forWhoeverSeesJobs = ['Job/File', 'Job/OrderId'];
const forStaff = ['CameraUrl', 'Url'];

test('of a printer each role reads what the contract says and nothing else', async t => {
  const root = 'ns=3;s=Printers/Printer1';
  const jobs = [...forEverybody, ...forAccounts, ...forWhoeverSeesJobs];
  const expected: Record<string, string[]> = {
    anonymous: forEverybody,
    student: [...forEverybody, ...forAccounts],
    plc: jobs,
    operator: [...jobs, ...forStaff],
    admin: [...jobs, ...forStaff],
  };
  for (const [person, paths] of Object.entries(expected)) {
    t.deepEqual(await readablePaths(person as Person | 'anonymous', root), [...paths].sort(), person);
  }
});

test('job and order objects are there for machine, operator and admin alone', async t => {
  const job = `ns=3;s=Jobs/${jobId}`;
  const order = 'ns=3;s=Orders/A-17';
  for (const person of ['anonymous', 'student', 'plc', 'operator', 'admin'] as const) {
    const session = await open(person);
    const sees = !['anonymous', 'student'].includes(person);
    t.is((await nodesBelow(session, 'ns=3;s=Jobs')).has(job), sees, `${person} browses`);
    const file = await readValue(session, `${job}/File`);
    t.is(file.statusCode.name, sees ? 'Good' : 'BadUserAccessDenied', `${person} reads`);
    t.is((await nodesBelow(session, 'ns=3;s=Orders')).has(order), sees, `${person} browses orders`);
    const done = await readValue(session, `${order}/Done`);
    t.is(done.statusCode.name, sees ? 'Good' : 'BadUserAccessDenied', `${person} reads an order`);
    await session.close();
  }
});

test('everybody reads the state of the server, the methods and their arguments', async t => {
  const session = await open('anonymous');
  const found = await nodesBelow(session, 'ns=3;s=MesPrinting');
  for (const id of found.keys()) {
    // What job orders say of files is not for everybody, and has tests of its own.
    if (id.startsWith('ns=3;s=Printers/') || id.includes('/JobOrderControl/')) continue;
    const attributeId = found.get(id) === NodeClass.Variable ? AttributeIds.Value : AttributeIds.DisplayName;
    t.not((await session.read({ nodeId: id, attributeId })).statusCode.name, 'BadUserAccessDenied', id);
  }
  t.true(found.has('ns=3;s=Jobs.SubmitJob'));
  t.true(found.has('ns=3;s=Jobs.SubmitJob/InputArguments'));
  await session.close();
});

test('nobody writes a variable or an attribute of the instances', async t => {
  const session = await open('admin');
  for (const [id, nodeClass] of await nodesBelow(session, 'ns=3;s=MesPrinting')) {
    if (nodeClass !== NodeClass.Variable) continue;
    const now = await readValue(session, id);
    const status = await session.write({
      nodeId: id,
      attributeId: AttributeIds.Value,
      value: { value: now.value },
    });
    t.true(['BadUserAccessDenied', 'BadNotWritable'].includes(status.name), `${id}: ${status.name}`);
  }
  await session.close();
});

test('secrets stand nowhere in the address space', async t => {
  const session = await open('admin');
  for (const [id, nodeClass] of await nodesBelow(session, 'ns=3;s=MesPrinting')) {
    if (nodeClass !== NodeClass.Variable) continue;
    t.false(JSON.stringify((await readValue(session, id)).value).includes('secret'), id);
  }
  await session.close();
});

test('events of jobs reach machine, operator and admin alone, wherever they listen', async t => {
  const received = new Map<string, number[]>();
  const subscriptions: ClientSubscription[] = [];
  for (const person of ['anonymous', 'student', 'plc', 'operator', 'admin'] as const) {
    for (const source of ['i=2253', 'ns=3;s=MesPrinting', 'ns=3;s=Jobs']) {
      const session = await open(person);
      const subscription = ClientSubscription.create(session, {
        requestedPublishingInterval: 50,
        requestedLifetimeCount: 100,
        requestedMaxKeepAliveCount: 10,
        publishingEnabled: true,
      });
      subscriptions.push(subscription);
      const ids: number[] = [];
      received.set(`${person} at ${source}`, ids);
      const item = ClientMonitoredItem.create(
        subscription,
        { nodeId: source, attributeId: AttributeIds.EventNotifier },
        {
          samplingInterval: 0,
          queueSize: 100,
          filter: constructEventFilter(['2:JobId'], ofType(typeIds.JobStatusEventType)),
        },
        TimestampsToReturn.Both,
      );
      item.on('changed', ((fields: Variant[]) => ids.push(Number(fields[0]?.value))) as never);
      await new Promise<void>(resolve => {
        item.once('initialized', () => resolve());
        item.once('err', () => resolve());
      });
    }
  }
  const sees = (who: string): boolean => !/^(anonymous|student)/.test(who);
  const submitted: number[] = [];
  // Once the second has come, the first would have come to everybody.
  for (let count = 1; count <= 2; count += 1) {
    submitted.push(await app.submit('student'));
    await until('all who see it to be told', () =>
      [...received].every(([who, ids]) => ids.length === count || !sees(who)),
    );
  }
  for (const [who, ids] of received) t.deepEqual(ids, sees(who) ? submitted : [], who);
  for (const subscription of subscriptions) await subscription.terminate();
});

test('before the set-up nobody logs in, while anonymous readers are served', async t => {
  const empty = await createTestApp({ accounts: false });
  const fresh = opcuaServer({ app: empty, settings: opcuaSettings(join(folder, 'fresh')) });
  await fresh.start();
  const other = await connect({ url: fresh.endpointUrl(), pki: join(folder, 'client') });
  await t.throwsAsync(() => logIn(other, 'admin'), { message: /BadUserAccessDenied/ });
  const session = await other.createSession();
  t.is((await readValue(session, 'ns=3;s=MesPrinting/Accepting')).statusCode.name, 'Good');
  await other.disconnect();
  await fresh.stop();
  await empty.close();
});

test.serial(
  'a subscription tells of no value that its session may not read, however it is sampled',
  async t => {
    const session = await open('anonymous');
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 50,
      requestedLifetimeCount: 1000,
      requestedMaxKeepAliveCount: 10,
      publishingEnabled: true,
    });
    const seen = new Map<string, DataValue[]>();
    const samplings = [0, 50];
    const paths = ['Head/X', 'Job/File', 'Nozzle/Actual'];
    for (const samplingInterval of samplings) {
      for (const path of paths) {
        const values: DataValue[] = [];
        seen.set(`${path} ${samplingInterval}`, values);
        const item = ClientMonitoredItem.create(
          subscription,
          { nodeId: `ns=3;s=Printers/Printer1/${path}`, attributeId: AttributeIds.Value },
          { samplingInterval, queueSize: 100 },
          TimestampsToReturn.Both,
        );
        item.on('changed', value => values.push(value));
      }
    }
    const of = (key: string): readonly DataValue[] => seen.get(key) ?? [];
    await until('first values', () => [...seen.values()].every(values => values.length > 0));
    for (let step = 1; step <= 3; step += 1) {
      app.live.write(
        'Printer1',
        snapshotOf('printing', {
          nozzle: { actual: 100 + step, target: 200 },
          head: { x: step, y: 1, z: 1 },
          job: {
            file: `${step}.gcode`,
            progress: 5,
            timeUsed: 1,
            timeLeft: 2,
            timeLeftApprox: 2,
            native: {},
          },
        }),
      );
      await until('the public value', () =>
        samplings.every(sampling => of(`Nozzle/Actual ${sampling}`).at(-1)?.value.value === 100 + step),
      );
    }
    for (const sampling of samplings) {
      for (const path of ['Head/X', 'Job/File']) {
        for (const { statusCode, value } of of(`${path} ${sampling}`)) {
          t.is(statusCode, StatusCodes.BadUserAccessDenied, `${path} ${sampling}`);
          t.is(value.value ?? null, null);
        }
      }
    }
    await subscription.terminate();
    await session.close();
  },
);
