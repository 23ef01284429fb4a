import { join } from 'node:path';
import test from 'ava';
import {
  AttributeIds,
  type ClientSession,
  type CreateMonitoredItemsResponse,
  type CreateSubscriptionResponse,
  DataType,
  type OPCUAClient,
} from 'node-opcua';
import { opcuaLimitsOf } from '../../../src/compose/opcua-limits.ts';
import { createCallCounter } from '../../../src/opcua/server/call-counter.ts';
import { defaultLimits, type OpcuaLimits, transportLimits } from '../../../src/opcua/server/limits.ts';
import type { OpcuaServer } from '../../../src/opcua/server/server.ts';
import { loadSettings } from '../../../src/settings/load.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { callMethod, connect, logIn, opcuaServer, opcuaSettings } from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

/** Each lower than by default. */
const limits: OpcuaLimits = {
  sessionsPerAccount: 3,
  subscriptionsPerSession: 2,
  itemsPerSession: 100,
  itemsPerAddress: 150,
  queueSize: 7,
  browseContinuationPoints: 3,
  messageSize: 128,
  stringSize: 64,
  arrayLength: 1000,
  unread: 64,
  callsPerSecond: 5,
};

const folder = temporaryFolder();
let app: TestApp;
let server: OpcuaServer;
let client: OPCUAClient;

test.before(async () => {
  app = await createTestApp();
  server = opcuaServer({ app, settings: { ...opcuaSettings(join(folder, 'server')), limits } });
  await server.start();
  client = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
});
test.after.always(async () => {
  await client?.disconnect();
  await server?.stop();
  await app?.close();
});

interface RawSession {
  createMonitoredItems(request: object): Promise<CreateMonitoredItemsResponse>;
  createSubscription(request: object): Promise<CreateSubscriptionResponse>;
}
const raw = (session: ClientSession): RawSession => session as unknown as RawSession;

const subscribe = (session: ClientSession) =>
  raw(session).createSubscription({
    requestedPublishingInterval: 1000,
    requestedLifetimeCount: 100,
    requestedMaxKeepAliveCount: 10,
    publishingEnabled: false,
  });

const monitor = async (session: ClientSession, subscriptionId: number, count: number, queueSize = 1) =>
  (
    await raw(session).createMonitoredItems({
      subscriptionId,
      timestampsToReturn: 2,
      itemsToCreate: Array.from({ length: count }, (_, clientHandle) => ({
        itemToMonitor: { nodeId: 'i=2258', attributeId: AttributeIds.Value },
        monitoringMode: 0,
        requestedParameters: { clientHandle, samplingInterval: 1000, queueSize },
      })),
    })
  ).results ?? [];

test('the settings give what holds by default', t => {
  const { settings } = loadSettings({});
  t.deepEqual(opcuaLimitsOf(settings), defaultLimits);
});

test.serial('sessions of an account', async t => {
  const sessions: ClientSession[] = [];
  for (let count = 0; count < 3; count += 1) sessions.push(await logIn(client, 'plc'));
  await t.throwsAsync(() => logIn(client, 'plc'), { message: /BadTooManySessions/ });
  sessions.push(await logIn(client, 'student'));
  for (const session of sessions) await session.close();
});

test.serial('subscriptions and items of a session, items of an address, queues', async t => {
  const session = await logIn(client, 'plc');
  const { subscriptionId } = await subscribe(session);
  await subscribe(session);
  await t.throwsAsync(subscribe(session), { message: /BadTooManySubscriptions/ });
  const tooMany = { message: /BadTooManyMonitoredItems/ };
  t.is((await monitor(session, subscriptionId, 1, 1000))[0]?.revisedQueueSize, 7);
  await t.throwsAsync(monitor(session, subscriptionId, 100), tooMany);
  t.true((await monitor(session, subscriptionId, 99)).every(({ statusCode }) => statusCode.isGood()));
  const second = await logIn(client, 'operator');
  const other = await subscribe(second);
  await t.throwsAsync(monitor(second, other.subscriptionId, 51), tooMany);
  t.is((await monitor(second, other.subscriptionId, 50)).length, 50);
  await session.close();
  await second.close();
});

test.serial('continuation points of Browse', async t => {
  const session = await client.createSession();
  session.requestedMaxReferencesPerNode = 1;
  const statuses: string[] = [];
  for (let count = 0; count < 5; count += 1) statuses.push((await session.browse('i=84')).statusCode.name);
  t.deepEqual(statuses.slice(0, 3), ['Good', 'Good', 'Good']);
  t.true(
    statuses.slice(3).every(name => name === 'BadNoContinuationPoints'),
    statuses.join(),
  );
  await session.close();
});

const readMany = (session: ClientSession, count: number) =>
  session.read(Array.from({ length: count }, () => ({ nodeId: 'i=2258', attributeId: AttributeIds.Value })));

test.serial('messages, texts and arrays', async t => {
  const hello = { receiveBufferSize: 65_536, sendBufferSize: 65_536, maxMessageSize: 0, maxChunkCount: 0 };
  t.like(transportLimits(limits)(hello), { maxMessageSize: 128 * 1024, maxChunkCount: 8 });
  const ask = async (value: object): Promise<string> => {
    const other = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
    const session = await logIn(other, 'operator');
    const call = { objectId: 'ns=3;s=Jobs', methodId: 'ns=3;s=Jobs.CancelJob', inputArguments: [value] };
    const answer = session.call(call as never).then(
      ({ statusCode }) => statusCode.name,
      () => 'refused',
    );
    const silence = new Promise<string>(resolve => setTimeout(resolve, 1500, 'refused'));
    const outcome = await Promise.race([answer, silence]);
    await other.disconnect();
    return outcome;
  };
  t.is(await ask({ dataType: DataType.String, value: 'x'.repeat(60 * 1024) }), 'BadArgumentsMissing');
  t.is(await ask({ dataType: DataType.String, value: 'x'.repeat(100 * 1024) }), 'refused');
  const texts = (length: number) => ({
    dataType: DataType.String,
    arrayType: 'Array',
    value: Array(length).fill(''),
  });
  t.is(await ask(texts(1000)), 'BadArgumentsMissing');
  t.is(await ask(texts(1001)), 'refused');
  const session = await client.createSession();
  t.true((await readMany(session, 10)).every(({ statusCode }) => statusCode.isGood()));
  await session.close();
});

test.serial('calls of an account in a second, over all of its sessions; others call meanwhile', async t => {
  const [first, second] = [await logIn(client, 'plc'), await logIn(client, 'plc')];
  const other = await logIn(client, 'plc2');
  const call = (session: ClientSession) =>
    callMethod(session, 'GetJob', [1]).then(
      () => 'Good',
      (error: Error) => (/BadServerTooBusy/.test(error.message) ? 'busy' : error.message),
    );
  const answers = await Promise.all(
    [first, second].flatMap(one => Array.from({ length: 10 }, () => call(one))),
  );
  const good = answers.filter(answer => answer === 'Good').length;
  // They may fall into two seconds.
  t.true(good >= 5 && good <= 10, answers.join());
  t.is(answers.filter(answer => answer === 'busy').length, 20 - good);
  t.is(await call(other), 'Good');
  t.true(JSON.stringify(app.log.lines).includes('A client calls too many methods in a second'));
  await until('the next second', async () => (await call(first)) === 'Good');
  for (const session of [first, second, other]) await session.close();
});

test('calls are counted for each caller by the second', t => {
  let now = 0;
  const counter = createCallCounter(3, () => now);
  t.deepEqual([counter.add('a', 2), counter.add('a', 1), counter.add('b', 3)], ['fits', 'fits', 'fits']);
  t.deepEqual([counter.add('a', 1), counter.add('a', 1)], ['first beyond', 'beyond']);
  now = 1000;
  t.is(counter.add('a', 3), 'fits');
  t.is(counter.add({}, 4), 'first beyond');
});
