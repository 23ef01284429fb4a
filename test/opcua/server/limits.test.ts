import { once } from 'node:events';
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import {
  AttributeIds,
  type ClientSession,
  ClientSubscription,
  type CreateMonitoredItemsResponse,
  type CreateSubscriptionResponse,
  DataType,
  type ModifyMonitoredItemsResponse,
  type OPCUAClient,
  PublishRequest,
} from 'node-opcua';
import { createLogInThrottle, TooManyAttempts } from '../../../src/app/accounts/log-in-throttle.ts';
import { methodTable } from '../../../src/opcua/model-ids.ts';
import { createRequestCounter } from '../../../src/opcua/server/flood-guard.ts';
import type { OpcuaServer } from '../../../src/opcua/server/server.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { connect, logIn, opcuaServer, opcuaSettings, outputsOf } from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const throttle = createLogInThrottle();
const folder = temporaryFolder();
let app: TestApp;
let server: OpcuaServer;
let client: OPCUAClient;
let url = '';
let pki = '';

test.before(async () => {
  app = await createTestApp();
  pki = join(folder, 'client');
  server = opcuaServer({
    app,
    settings: { ...opcuaSettings(join(folder, 'server')), maxSessions: 20, maxSessionsPerAddress: 19 },
    throttle,
  });
  await server.start();
  url = server.endpointUrl();
  client = await connect({ url, pki });
});

test.after.always(async () => {
  await client?.disconnect();
  await server?.stop();
  await app?.close();
});

/** What the session has beyond its public type. */
interface RawSession {
  createMonitoredItems(request: object): Promise<CreateMonitoredItemsResponse>;
  modifyMonitoredItems(request: object): Promise<ModifyMonitoredItemsResponse>;
  createSubscription(request: object): Promise<CreateSubscriptionResponse>;
  publish(request: PublishRequest): Promise<unknown>;
}

const socketOf = (from: OPCUAClient): Socket => {
  const internals = from as unknown as {
    _secureChannel: { getTransport(): { _socket: Socket } };
  };
  return internals._secureChannel.getTransport()._socket;
};

/** What was logged since then. */
const linesSince = (count: number): string[] => app.log.lines.slice(count).map(({ message }) => message);

const currentTime = { nodeId: 'i=2258', attributeId: AttributeIds.Value };

const submitFile = (session: ClientSession, file: string) =>
  session.call({
    objectId: 'ns=3;s=Jobs',
    methodId: methodTable.SubmitJob.nodeId,
    inputArguments: [file, '', '', '', 0, ''].map(value => ({
      dataType: typeof value === 'number' ? DataType.Int32 : DataType.String,
      value,
    })),
  });

test.serial('messages larger than a buffer pass in chunks: calls of 20 kB, reads of 1000 values', async t => {
  const session = await logIn(client, 'student');
  const result = await submitFile(session, 'x'.repeat(20_000));
  t.is(outputsOf('SubmitJob', result).Message, 'File is 20000 characters long; at most 200 are allowed.');
  const values = await session.read(Array.from({ length: 1000 }, () => currentTime));
  t.true(values.every(one => one.statusCode.name === 'Good'));
  await session.close();
});

test.serial('a string of 10 MB is refused, and the server goes on serving', async t => {
  const other = await connect({ url, pki });
  const session = await logIn(other, 'student');
  const failed = await t.throwsAsync(() => submitFile(session, 'x'.repeat(10_000_000)));
  t.regex(String(failed), /TooLarge|MaxChunkCount|maxMessageSize|exceed|too large/i);
  await other.disconnect();
  const next = await logIn(client, 'student');
  t.is((await next.read(currentTime)).statusCode.name, 'Good');
  await next.close();
});

test.serial('a string that just fits a message is answered: InvalidArgument', async t => {
  const session = await logIn(client, 'student');
  const outputs = outputsOf('SubmitJob', await submitFile(session, 'x'.repeat(2_000_000)));
  t.is(outputs.ReturnCode, 4);
  t.is(outputs.Message, 'File is 2000000 characters long; at most 200 are allowed.');
  await session.close();
});

/** The limits that kept sessions out. */
const refusals = (): string[] =>
  app.log.lines
    .filter(({ message }) => message === 'A client has too many OPC UA sessions')
    .map(({ fields }) => (fields as { full: string }).full);

const refusedFor = (reason: RegExp): boolean => app.log.lines.some(({ message }) => reason.test(message));

test.serial(
  'anonymous clients leave room for log-ins, and one address for others; places are given back',
  async t => {
    const sessions: ClientSession[] = [];
    for (let index = 0; index < 17; index += 1) sessions.push(await client.createSession());
    await t.throwsAsync(() => client.createSession(), { message: /BadTooManySessions/ });
    t.is(refusals().at(-1), 'anonymous at the address');
    sessions.push(await logIn(client, 'plc'), await logIn(client, 'operator'));
    await t.throwsAsync(() => logIn(client, 'plc'), { message: /BadTooManySessions/ });
    t.is(refusals().at(-1), 'address');
    for (const session of sessions) await session.close();
    await (await client.createSession()).close();
  },
);

/** A client whose machine lost its power: it says nothing more, nor does it come back. */
const vanish = async (vanished: OPCUAClient): Promise<void> => {
  socketOf(vanished).destroy();
  // Otherwise it would connect again, and keep the process alive.
  await vanished.disconnect();
};

test.serial('who restarts gets the places back that the vanished client held', async t => {
  const vanished = await connect({ url, pki, keepSessionAlive: false });
  for (let index = 0; index < 10; index += 1) await logIn(vanished, 'student');
  await t.throwsAsync(() => logIn(client, 'student'), { message: /BadTooManySessions/ });
  await vanish(vanished);
  const sessions = [await until('the loss to be noticed', () => logIn(client, 'student'))];
  for (let index = 1; index < 10; index += 1) sessions.push(await logIn(client, 'student'));
  t.is(app.log.lines.filter(({ message }) => /gave way/.test(message)).length, 10);
  await t.throwsAsync(() => logIn(client, 'student'), { message: /BadTooManySessions/ });
  for (const session of sessions) {
    t.is((await session.read(currentTime)).statusCode.name, 'Good');
    await session.close();
  }
});

test.serial(
  'who vanished without an account gives way to whoever comes next, never who is there',
  async t => {
    const vanished = await connect({ url, pki, keepSessionAlive: false });
    for (let index = 0; index < 16; index += 1) await vanished.createSession();
    const there = await client.createSession();
    await vanish(vanished);
    const sessions = [await until('the loss to be noticed', () => client.createSession())];
    for (let index = 1; index < 16; index += 1) sessions.push(await client.createSession());
    await t.throwsAsync(() => client.createSession(), { message: /BadTooManySessions/ });
    t.is((await there.read(currentTime)).statusCode.name, 'Good');
    for (const session of [there, ...sessions]) await session.close();
  },
);

/** A way to the server that can be cut: a client that closes its socket itself does not come back. */
const proxy = async () => {
  const sockets: Socket[] = [];
  const listener = createServer(socket => {
    const { port } = new URL(url.replace('opc.tcp', 'http'));
    const onwards = connectSocket(Number(port), '127.0.0.1');
    for (const one of [socket, onwards]) sockets.push(one.on('error', () => {}));
    socket.pipe(onwards).pipe(socket);
  });
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets.splice(0)) socket.destroy();
  };
  return {
    url: `opc.tcp://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    cut,
    end: () => {
      listener.close();
      cut();
    },
  };
};

test.serial('a client that comes back after its connection broke keeps its session', async t => {
  const connectionStrategy = { maxRetry: 10, initialDelay: 50 };
  const between = await proxy();
  const back = await connect({ url: between.url, pki, keepSessionAlive: false, connectionStrategy });
  t.teardown(async () => {
    await back.disconnect();
    between.end();
  });
  const session = await logIn(back, 'student');
  const sessionId = session.sessionId.toString();
  let restored = false;
  session.once('session_restored', () => {
    restored = true;
  });
  between.cut();
  await until('the client to be back', () => restored);
  const sessions: ClientSession[] = [];
  for (let index = 0; index < 9; index += 1) sessions.push(await logIn(client, 'student'));
  await t.throwsAsync(() => logIn(client, 'student'), { message: /BadTooManySessions/ });
  t.is((await session.read(currentTime)).statusCode.name, 'Good');
  t.is(session.sessionId.toString(), sessionId);
  for (const one of [session, ...sessions]) await one.close();
});

test.serial('one account takes half of all sessions at most', async t => {
  const sessions: ClientSession[] = [];
  for (let index = 0; index < 10; index += 1) sessions.push(await logIn(client, index < 5 ? 'plc' : 'PLC'));
  await t.throwsAsync(() => logIn(client, 'plc'), { message: /BadTooManySessions/ });
  sessions.push(await logIn(client, 'operator'));
  for (const session of sessions) await session.close();
});

const subscribe = async (session: ClientSession): Promise<ClientSubscription> => {
  const made = ClientSubscription.create(session, {
    requestedPublishingInterval: 1000,
    requestedLifetimeCount: 100_000,
    requestedMaxKeepAliveCount: 10,
    publishingEnabled: false,
  });
  await new Promise((resolve, reject) => made.once('started', resolve).once('error', reject));
  return made;
};

const monitor = async (session: ClientSession, subscriptionId: number, count: number, queueSize = 1) => {
  const { results } = await (session as unknown as RawSession).createMonitoredItems({
    subscriptionId,
    timestampsToReturn: 2,
    itemsToCreate: Array.from({ length: count }, (_, clientHandle) => ({
      itemToMonitor: currentTime,
      monitoringMode: 0,
      requestedParameters: { clientHandle, samplingInterval: 1000, queueSize },
    })),
  });
  return results ?? [];
};

test.serial('monitored items, operations and continuation points of a session are bounded', async t => {
  const session = await logIn(client, 'student');
  const tooMany = Array.from({ length: 1001 }, () => currentTime);
  await t.throwsAsync(() => session.read(tooMany), { message: /BadTooManyOperations/ });
  const folders = Array.from({ length: 101 }, () => 'i=84');
  await t.throwsAsync(() => session.browse(folders), { message: /BadTooManyOperations/ });
  t.is((await session.browse(folders.slice(1))).length, 100);

  const subscription = await subscribe(session);
  const statuses: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const results = await monitor(session, subscription.subscriptionId, 2000);
    statuses.push(...results.map(({ statusCode }) => statusCode.name));
  }
  t.is(statuses.filter(status => status === 'Good').length, 5000);
  t.is(statuses.filter(status => status === 'BadTooManyMonitoredItems').length, 1000);
  const second = await subscribe(session);
  t.is((await monitor(session, second.subscriptionId, 1, 1000))[0]?.revisedQueueSize, 10);
  for (let round = 0; round < 2; round += 1) await monitor(session, second.subscriptionId, 2000);
  await t.throwsAsync(() => monitor(session, second.subscriptionId, 2000), {
    message: /BadTooManyMonitoredItems/,
  });
  await subscription.terminate();
  await second.terminate();

  session.requestedMaxReferencesPerNode = 1;
  const points: string[] = [];
  for (let index = 0; index < 40; index += 1) {
    const result = await session.browse('i=84');
    points.push(result.statusCode.name);
  }
  t.true(points.includes('BadNoContinuationPoints'), [...new Set(points)].join());
  await session.close();
});

for (const { who, queue, seconds } of [
  { who: 'anonymous', queue: 10, seconds: 120 },
  { who: 'student', queue: 100, seconds: 600 },
]) {
  test.serial(`queues and lifetimes are revised to the maximum: ${who}`, async t => {
    const session = who === 'anonymous' ? await client.createSession() : await logIn(client, who);
    const subscription = await subscribe(session);
    const { subscriptionId } = subscription;
    t.is((subscription.publishingInterval * subscription.lifetimeCount) / 1000, seconds);
    const slow = await (session as unknown as RawSession).createSubscription({
      requestedPublishingInterval: 60_000,
      requestedLifetimeCount: 100_000,
      requestedMaxKeepAliveCount: 1000,
    });
    t.true(slow.revisedPublishingInterval * slow.revisedLifetimeCount <= seconds * 1000);

    const [item] = await monitor(session, subscriptionId, 1, 1000);
    t.is(item?.revisedQueueSize, queue);
    t.is((await monitor(session, subscriptionId, 1, 1))[0]?.revisedQueueSize, 1);
    const modified = await (session as unknown as RawSession).modifyMonitoredItems({
      subscriptionId,
      timestampsToReturn: 2,
      itemsToModify: [
        {
          monitoredItemId: item?.monitoredItemId,
          requestedParameters: { clientHandle: 1, samplingInterval: 1000, queueSize: 1000 },
        },
      ],
    });
    t.is(modified.results?.[0]?.revisedQueueSize, queue);
    await subscription.terminate();
    await session.close();
  });
}

test.serial('who has no account gets two subscriptions and 1000 items, and leaves none behind', async t => {
  const session = await client.createSession();
  const { subscriptionId } = await subscribe(session);
  await subscribe(session);
  await t.throwsAsync(
    (session as unknown as RawSession).createSubscription({
      requestedPublishingInterval: 1000,
      requestedLifetimeCount: 100,
      requestedMaxKeepAliveCount: 10,
    }),
    { message: /BadTooManySubscriptions/ },
  );
  await monitor(session, subscriptionId, 1000);
  await t.throwsAsync(() => monitor(session, subscriptionId, 1), { message: /BadTooManyMonitoredItems/ });
  await session.close(false);
  const user = await logIn(client, 'student');
  const count = await user.read({
    nodeId: 'i=2285', // CurrentSubscriptionCount
    attributeId: AttributeIds.Value,
  });
  t.is(count.value.value, 0);
  await user.close();
});

const CURRENT_SESSION_COUNT = 'i=2277';
const CURRENT_SUBSCRIPTION_COUNT = 'i=2285';

const countOf = async (session: ClientSession, nodeId: string): Promise<number> =>
  (await session.read({ nodeId, attributeId: AttributeIds.Value })).value.value;

for (const { what, sessionTimeout, sessionsLeft } of [
  { what: 'its subscription', sessionTimeout: 1000, sessionsLeft: 1 },
  { what: 'its session', sessionTimeout: 60_000, sessionsLeft: 2 },
]) {
  test.serial(`who vanishes without an account leaves no subscription: ${what} lives longer`, async t => {
    const user = await logIn(client, 'student');
    const vanished = await connect({
      url,
      pki,
      keepSessionAlive: false,
      requestedSessionTimeout: sessionTimeout,
    });
    const session = await vanished.createSession();
    const { subscriptionId, revisedLifetimeCount, revisedPublishingInterval } = await (
      session as unknown as RawSession
    ).createSubscription({
      requestedPublishingInterval: 100,
      requestedLifetimeCount: what === 'its session' ? 10 : 1000,
      requestedMaxKeepAliveCount: 3,
      publishingEnabled: true,
    });
    const lifetime = revisedLifetimeCount * revisedPublishingInterval;
    t.is(lifetime < sessionTimeout, what === 'its session');
    await monitor(session, subscriptionId, 500);
    t.is(await countOf(user, CURRENT_SUBSCRIPTION_COUNT), 1);
    await vanish(vanished);
    t.is(await countOf(user, CURRENT_SUBSCRIPTION_COUNT), 1);
    await until(
      'its subscription to end',
      async () => (await countOf(user, CURRENT_SUBSCRIPTION_COUNT)) === 0,
    );
    t.is(await countOf(user, CURRENT_SESSION_COUNT), sessionsLeft);
    await user.close();
  });
}

const publish = (session: ClientSession): Promise<unknown> =>
  (session as unknown as RawSession).publish(new PublishRequest({})).catch(() => undefined);

test.serial('who asks after a client that sends many requests is not answered after all of them', async t => {
  const busyClient = await connect({ url, pki });
  t.teardown(() => busyClient.disconnect());
  const [busy, other] = [await busyClient.createSession(), await client.createSession()];
  t.teardown(() => other.close());
  const answered: string[] = [];
  // Long enough for the other's request to arrive while most of them wait.
  const many = Array.from({ length: 200 }, () => currentTime);
  const all = Array.from({ length: 150 }, () => busy.read(many).then(() => answered.push('busy')));
  const value = await other.read(currentTime);
  answered.push('read');
  t.is(value.statusCode.name, 'Good');
  await Promise.all(all);
  t.is(answered.length, 151);
  t.true(answered.indexOf('read') < 150, `after ${answered.indexOf('read')}`);
});

test.serial('a client that floods Publish is cut off, and others are served meanwhile', async t => {
  const flooder = await connect({ url, pki });
  const session = await flooder.createSession();
  const other = await client.createSession();
  const before = app.log.lines.length;
  for (let index = 0; index < 1000; index += 1) void publish(session);
  t.is((await other.read(currentTime)).statusCode.name, 'Good');
  await until('the flooder to be cut off', () => linesSince(before).includes('A client was cut off'));
  t.is((await other.read(currentTime)).statusCode.name, 'Good');
  await other.close();
  await flooder.disconnect();
});

test.serial('a client that does not read its answers is cut off before they fill the memory', async t => {
  const deaf = await connect({ url, pki, keepSessionAlive: false });
  const session = await logIn(deaf, 'student');
  let lost = false;
  deaf.once('connection_lost', () => {
    lost = true;
  });
  const before = app.log.lines.length;
  socketOf(deaf).pause();
  /** Each answer is some 100 kB: the names of all namespaces and the profiles. */
  const longest = { nodeId: 'i=2255', attributeId: AttributeIds.Value };
  const nodes = Array.from({ length: 1000 }, () => longest);
  for (let index = 0; index < 200; index += 1) session.read(nodes).catch(() => {});
  await until('the deaf client to be cut off', () =>
    linesSince(before).some(message => message.includes('does not read its answers')),
  );
  socketOf(deaf).resume();
  await until('its connection to be lost', () => lost);
  await deaf.disconnect();
  t.pass();
});

test.serial(
  'connections that never say Hello are closed; an older one whose client is silent is not',
  async t => {
    const quiet = await connect({ url, pki, keepSessionAlive: false });
    const session = await quiet.createSession();
    const { port } = new URL(url.replace('opc.tcp', 'http'));
    const socket = connectSocket(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'close');
    t.is((await session.read(currentTime)).statusCode.name, 'Good');
    await quiet.disconnect();
  },
);

test('requests are counted per channel and second', t => {
  let time = 0;
  const counter = createRequestCounter(() => time);
  const [one, two] = [{}, {}];
  for (let index = 0; index < 300; index += 1) t.is(counter.add(one, true), '');
  t.regex(counter.add(one, true), /Publish/);
  t.is(counter.add(two, true), '');
  time = 1000;
  t.is(counter.add(one, true), '');
  for (let index = 0; index < 19_999; index += 1) counter.add(one, false);
  t.regex(counter.add(one, false), /requests/);
});

test.serial(
  'a log-in is refused unseen while its name and address are slowed down, wherever that was',
  async t => {
    for (let index = 0; index < 5; index += 1) {
      // As the HTTP side does.
      await throttle.attempt('plc2', '::ffff:127.0.0.1', async () => undefined);
    }
    await t.throwsAsync(() => logIn(client, 'plc2'), { message: /BadUserAccessDenied/ });
    t.true(refusedFor(/refused unseen/));
    await (await logIn(client, 'operator')).close();
  },
);

test.serial('wrong passwords over OPC UA slow down the other edges', async t => {
  for (let index = 0; index < 5; index += 1) {
    await t.throwsAsync(() => logIn(client, 'admin', 'wrong'), { message: /BadUserAccessDenied/ });
  }
  await t.throwsAsync(
    throttle.attempt('admin', '127.0.0.1', async () => 'in'),
    { instanceOf: TooManyAttempts },
  );
});
