import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import {
  AttributeIds,
  type ClientSession,
  MessageSecurityMode,
  type OPCUAClient,
  SecurityPolicy,
  UserTokenType,
} from 'node-opcua';
import type { Role } from '../../../src/domain/account.ts';
import type { OpcuaServer } from '../../../src/opcua/server/server.ts';
import type { OpcuaSettings } from '../../../src/opcua/server/settings.ts';
import { createTestApp, PASSWORD, type Person, type TestApp } from '../../support/app.ts';
import { callMethod, connect, logIn, opcuaServer, opcuaSettings } from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const someone = {
  user: 'student',
  machine: 'plc',
  operator: 'operator',
  admin: 'admin',
} as const satisfies Record<Role, Person>;
const folder = temporaryFolder();
let app: TestApp;
let server: OpcuaServer;
let client: OPCUAClient;
let url = '';
let pki = '';

const make = (path: string, changes: Partial<OpcuaSettings> = {}): OpcuaServer =>
  opcuaServer({ app, settings: { ...opcuaSettings(path), ...changes } });

test.before(async () => {
  app = await createTestApp();
  pki = join(folder, 'client');
  server = make(join(folder, 'server'));
  await server.start();
  url = server.endpointUrl();
  client = await connect({ url, pki });
});

test.after.always(async () => {
  await client?.disconnect();
  await server?.stop();
  await app?.close();
});

const statusOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'Good';
  } catch (error) {
    return String(error);
  }
};

const valueAt = async (session: ClientSession, nodeId: string): Promise<unknown> =>
  (await session.read({ nodeId, attributeId: AttributeIds.Value })).value.value;

test('namespace indices are 2 for types and 3 for instances', async t => {
  const session = await client.createSession();
  t.deepEqual(((await valueAt(session, 'i=2255')) as string[]).slice(2, 4), [
    'http://monashautomation.com/UA/MesPrinting/',
    'http://monashautomation.com/UA/MesPrinting/Instances/',
  ]);
  await session.close();
});

test('every endpoint offers the same user tokens, secure ones also certificates, and the password is always encrypted', async t => {
  const endpoints = await client.getEndpoints();
  t.is(endpoints.length, 7);
  for (const endpoint of endpoints) {
    t.deepEqual(
      (endpoint.userIdentityTokens ?? []).map(token => [
        token.policyId,
        token.tokenType,
        token.securityPolicyUri,
      ]),
      [
        ['anonymous', UserTokenType.Anonymous, null],
        ['username', UserTokenType.UserName, SecurityPolicy.Basic256Sha256],
        ...(endpoint.securityMode === MessageSecurityMode.None
          ? []
          : [['certificate', UserTokenType.Certificate, null]]),
      ],
    );
  }
});

test('every security policy and mode serves every kind of account', async t => {
  const { None, Sign, SignAndEncrypt } = MessageSecurityMode;
  const cases: [MessageSecurityMode, SecurityPolicy, Role][] = [
    [None, SecurityPolicy.None, 'user'],
    [Sign, SecurityPolicy.Basic256Sha256, 'machine'],
    [SignAndEncrypt, SecurityPolicy.Basic256Sha256, 'operator'],
    [Sign, SecurityPolicy.Aes128_Sha256_RsaOaep, 'admin'],
    [SignAndEncrypt, SecurityPolicy.Aes128_Sha256_RsaOaep, 'user'],
    [Sign, SecurityPolicy.Aes256_Sha256_RsaPss, 'machine'],
    [SignAndEncrypt, SecurityPolicy.Aes256_Sha256_RsaPss, 'operator'],
  ];
  for (const [securityMode, securityPolicy, role] of cases) {
    const secured = await connect({ url, pki, securityMode, securityPolicy });
    const session = await logIn(secured, someone[role]);
    const result = await callMethod(session, 'FindJobs', ['', '', '', '', 0, 0]);
    t.is(result.statusCode.name, 'Good', `${securityPolicy} as ${role}`);
    await secured.disconnect();
  }
});

test('a wrong password and an unknown name are refused, and the password is not logged', async t => {
  t.regex(await statusOf(logIn(client, 'student', 'wrong secret')), /BadUserAccessDenied/);
  t.regex(await statusOf(logIn(client, 'nobody', 'wrong secret')), /BadUserAccessDenied/);
  const logged = JSON.stringify(app.log.lines);
  t.true(logged.includes('An OPC UA log-in was refused'));
  t.false(logged.includes('wrong secret'));
  t.false(logged.includes(PASSWORD));
});

test('only admins write the switches of namespace 0', async t => {
  const enabledFlag = 'i=2294';
  const write = { nodeId: enabledFlag, attributeId: AttributeIds.Value };
  const value = { value: { dataType: 'Boolean', value: true } };
  for (const role of [undefined, 'user', 'machine', 'operator', 'admin'] as const) {
    const session = role === undefined ? await client.createSession() : await logIn(client, someone[role]);
    const status = await session.write({ ...write, value } as never);
    t.is(status.name, role === 'admin' ? 'Good' : 'BadUserAccessDenied', role ?? 'anonymous');
    await session.close();
  }
});

test('nobody learns of the sessions of others without being admin', async t => {
  const subscriptions = { nodeId: 'i=2290', attributeId: AttributeIds.Value };
  for (const [role, expected] of [
    ['operator', 'BadUserAccessDenied'],
    ['admin', 'Good'],
  ] as const) {
    const session = await logIn(client, someone[role]);
    t.is((await session.read(subscriptions)).statusCode.name, expected, role);
    await session.close();
  }
});

test('BuildInfo names this software and its version', async t => {
  const session = await client.createSession();
  t.is(await valueAt(session, 'i=2261'), 'MES Printing Server');
  t.is(await valueAt(session, 'i=2264'), '1.2.3');
  await session.close();
});

test('a session ends when its account is changed', async t => {
  const other = await connect({ url, pki });
  const session = await logIn(other, 'plc2');
  const before = session.sessionId.toString();
  const { accountId } = app.actors.plc2;
  await app.application.changeAccount(app.actors.admin, accountId, { role: 'operator' });
  await until('a new session: the client logs in again by itself', async () => {
    await session.read({ nodeId: 'i=2256', attributeId: AttributeIds.Value });
    return session.sessionId.toString() !== before;
  });
  t.pass();
  await other.disconnect();
});

test('certificate and ApplicationUri are kept; anonymous can be turned off; old refused certificates go', async t => {
  const own = join(folder, 'server', 'own', 'certs', 'certificate.pem');
  const before = await readFile(own, 'utf8');
  const [endpoint] = await client.getEndpoints();

  const store = join(folder, 'second');
  await mkdir(join(store, 'rejected'), { recursive: true });
  for (let index = 0; index < 120; index += 1) {
    await writeFile(join(store, 'rejected', `${index}.pem`), 'not a certificate');
  }
  const closed = make(store, {
    anonymous: false,
    hostnames: ['printing.lab'],
    acceptUnknownCertificates: false,
  });
  await closed.start();
  const otherUrl = closed.endpointUrl().replace('printing.lab', '127.0.0.1');
  const plain = await connect({ url: otherUrl, pki });
  for (const { userIdentityTokens } of await plain.getEndpoints()) {
    t.false((userIdentityTokens ?? []).some(({ tokenType }) => tokenType === UserTokenType.Anonymous));
  }
  t.not(await statusOf(plain.createSession()), 'Good');
  t.is(await statusOf(logIn(plain, 'student').then(session => session.close())), 'Good');
  await plain.disconnect();
  const secured = { securityMode: MessageSecurityMode.Sign, securityPolicy: SecurityPolicy.Basic256Sha256 };
  t.not(await statusOf(connect({ url: otherUrl, pki, ...secured })), 'Good');
  await closed.stop();
  t.true((await readdir(join(store, 'rejected'))).length <= 101);

  const again = make(join(folder, 'server'), { hostnames: ['printing.lab'] });
  await again.start();
  t.is(await readFile(own, 'utf8'), before);
  const reader = await connect({ url: again.endpointUrl().replace('printing.lab', '127.0.0.1'), pki });
  t.is((await reader.getEndpoints())[0]?.server.applicationUri, endpoint?.server.applicationUri ?? '');
  await reader.disconnect();
  await again.stop();
});

test('a start that fails leaves nothing open', async t => {
  const taken = Number(new URL(url.replace('opc.tcp', 'http')).port);
  const second = make(join(folder, 'server'), { port: taken });
  t.regex(await statusOf(second.start()), /EADDRINUSE/);
});

test('with session diagnostics, admins alone read them', async t => {
  const watched = make(join(folder, 'watched'), { sessionDiagnostics: true });
  await watched.start();
  t.teardown(() => watched.stop());
  const other = await connect({
    url: watched.endpointUrl(),
    pki,
    securityMode: MessageSecurityMode.SignAndEncrypt,
    securityPolicy: SecurityPolicy.Basic256Sha256,
  });
  t.teardown(() => other.disconnect());
  for (const [role, expected] of [
    ['operator', 'BadUserAccessDenied'],
    ['admin', 'Good'],
  ] as const) {
    const session = await logIn(other, someone[role]);
    const all = await session.read({ nodeId: 'i=3707', attributeId: AttributeIds.Value });
    t.is(all.statusCode.name, expected, role);
    const { references } = await session.browse({ nodeId: session.sessionId, resultMask: 63 } as never);
    const parts = (references ?? []).filter(({ nodeId }) => nodeId.namespace === 1);
    t.is(parts.length > 0, role === 'admin', role);
    for (const { nodeId, browseName } of parts) {
      const part = await session.read({ nodeId, attributeId: AttributeIds.Value });
      t.is(part.statusCode.name, expected, `${role}: ${browseName.toString()}`);
    }
    await session.close();
  }
});
