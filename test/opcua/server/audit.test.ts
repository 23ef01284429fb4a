import { join } from 'node:path';
import test from 'ava';
import {
  AttributeIds,
  ClientMonitoredItem,
  type ClientSession,
  ClientSubscription,
  constructEventFilter,
  type OPCUAClient,
  ofType,
  resolveNodeId,
  TimestampsToReturn,
  UserTokenType,
  type Variant,
} from 'node-opcua';
import type { OpcuaServer } from '../../../src/opcua/server/server.ts';
import { createTestApp, PASSWORD, type TestApp } from '../../support/app.ts';
import { callMethod, connect, logIn, opcuaServer, opcuaSettings } from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const folder = temporaryFolder();
const fields = [
  'SourceName',
  'Status',
  'ClientUserId',
  'Message',
  'SourceNode',
  'MethodId',
  'InputArguments',
  'StatusCodeId',
] as const;
type Event = Readonly<Record<(typeof fields)[number], unknown>>;
const heard: Record<string, Event[]> = { anonymous: [], student: [], plc: [], operator: [], admin: [] };

let app: TestApp;
let server: OpcuaServer;
let client: OPCUAClient;

const listen = async (who: string): Promise<void> => {
  const session = who === 'anonymous' ? await client.createSession() : await logIn(client, who);
  const subscription = ClientSubscription.create(session, {
    requestedPublishingInterval: 50,
    requestedLifetimeCount: 1000,
    requestedMaxKeepAliveCount: 10,
    publishingEnabled: true,
  });
  const item = ClientMonitoredItem.create(
    subscription,
    { nodeId: 'i=2253', attributeId: AttributeIds.EventNotifier },
    {
      samplingInterval: 0,
      queueSize: 1000,
      filter: constructEventFilter([...fields], ofType(resolveNodeId('AuditEventType'))),
    },
    TimestampsToReturn.Both,
  );
  item.on('changed', ((values: Variant[]) => {
    heard[who]?.push(Object.fromEntries(fields.map((name, index) => [name, values[index]?.value])) as Event);
  }) as never);
  await new Promise<void>(resolve => item.once('initialized', () => resolve()));
};

const messageOf = ({ Message }: Event): string => (Message as { text?: string } | null)?.text ?? '';
const told = (text: string): Promise<Event> =>
  until(`an event: ${text}`, () => heard.admin?.find(event => messageOf(event).includes(text)));

test.before(async () => {
  app = await createTestApp();
  server = opcuaServer({ app, settings: opcuaSettings(join(folder, 'server')) });
  await server.start();
  client = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
});
test.after.always(async () => {
  await client?.disconnect();
  await server?.stop();
  await app?.close();
});

test.serial('while nobody listens no audit event is made, and the server says that it audits', async t => {
  const session = await logIn(client, 'student');
  await callMethod(session, 'ApproveJob', [1]);
  t.true((await session.read({ nodeId: 'i=2994', attributeId: AttributeIds.Value })).value.value);
  await session.close();
  for (const who of Object.keys(heard)) await listen(who);
  t.deepEqual(
    heard.admin?.filter(event => messageOf(event).includes('ApproveJob')),
    [],
  );
});

test.serial('admins are told of sessions and of log-ins that failed', async t => {
  const session = await logIn(client, 'plc2');
  await session.close();
  const userName = 'student2';
  await t.throwsAsync(
    client.createSession({ type: UserTokenType.UserName, userName, password: 'wrong secret' }),
  );
  const failed = await told('ActivateSession rejected: BadUserAccessDenied');
  t.like(failed, { Status: false, ClientUserId: userName, SourceName: 'Session/ActivateSession' });
  const ofPlc = (source: string) =>
    heard.admin?.some(one => one.SourceName === source && one.ClientUserId === 'plc2' && one.Status === true);
  t.true(ofPlc('Session/ActivateSession'));
  t.true(ofPlc('Session/CloseSession'));
  t.true(heard.admin?.some(({ SourceName }) => SourceName === 'Session/CreateSession'));
  t.false(JSON.stringify(heard).includes('wrong secret'));
});

test.serial('admins are told of each call: by whom, with what, and how it ended', async t => {
  const session = await logIn(client, 'plc');
  const file = (await app.addFile('plc')).id;
  await callMethod(session, 'SubmitJob', [file, '', '', 'A-17', 0, '']);
  const done = await told('SubmitJob of ns=3;s=Jobs: Good by plc');
  t.like(done, { Status: true, ClientUserId: 'plc', SourceName: 'Attribute/Call' });
  t.is(String(done.MethodId), 'ns=3;s=Jobs.SubmitJob');
  t.is(String(done.SourceNode), 'ns=3;s=Jobs');
  t.deepEqual(
    (done.InputArguments as Variant[]).slice(0, 4).map(({ value }) => value),
    [file, '', '', 'A-17'],
  );

  await callMethod(session, 'CancelJob', [999, '']);
  t.like(await told('CancelJob of ns=3;s=Jobs: ReturnCode 1 by plc'), { Status: false });
  await callMethod(session, 'ApproveJob', [1]);
  const denied = await told('ApproveJob of ns=3;s=Jobs: BadUserAccessDenied by plc');
  t.is(denied.Status, false);
  t.regex(String(denied.StatusCodeId), /BadUserAccessDenied/);

  const long = 'x'.repeat(5000);
  await callMethod(session, 'CancelJob', [998, long]);
  await until(
    'the second',
    () => heard.admin?.filter(one => messageOf(one).includes('CancelJob')).length === 2,
  );
  t.false(JSON.stringify(heard.admin).includes('x'.repeat(2000)));
});

const write = (session: ClientSession, count: number) =>
  session.write(
    Array.from({ length: count }, () => ({
      nodeId: 'ns=3;s=MesPrinting/Accepting',
      attributeId: AttributeIds.Value,
      value: { value: { dataType: 'Boolean', value: false } },
    })) as never,
  );

test.serial('admins are told of refused writes, of a flood of them no more than some', async t => {
  const session = await client.createSession();
  await write(session, 1);
  const refused = await told('Write of ns=3;s=MesPrinting/Accepting');
  t.like(refused, { Status: false, ClientUserId: '', SourceName: 'Attribute/Write' });
  const before = heard.admin?.length ?? 0;
  await write(session, 1000);
  await logIn(client, 'plc2');
  await until('a later event', () =>
    heard.admin?.slice(before).some(({ ClientUserId }) => ClientUserId === 'plc2'),
  );
  const writes = heard.admin?.filter(({ SourceName }) => SourceName === 'Attribute/Write').length ?? 0;
  t.true(writes > 1 && writes <= 250, String(writes));
});

test.serial('nobody but admins is told of any of that', t => {
  t.true((heard.admin?.length ?? 0) > 10);
  for (const who of ['anonymous', 'student', 'plc', 'operator']) t.deepEqual(heard[who], [], who);
  t.is(PASSWORD.length > 0 && JSON.stringify(heard).includes(PASSWORD), false);
});
