import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  AttributeIds,
  type ClientSession,
  MessageSecurityMode,
  type OPCUAClient,
  SecurityPolicy,
  UserTokenType,
} from 'node-opcua';
import type { OpcuaServer } from '../../../src/opcua/server/server.ts';
import { createTestApp, type Person, type TestApp } from '../../support/app.ts';
import { type MadeCertificate, makeCertificate } from '../../support/certificate.ts';
import { callMethod, connect, logIn, opcuaServer, opcuaSettings } from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const folder = temporaryFolder();
let app: TestApp;
let server: OpcuaServer;
let plc: MadeCertificate;
const secure = {
  securityMode: MessageSecurityMode.SignAndEncrypt,
  securityPolicy: SecurityPolicy.Basic256Sha256,
};

test.before(async () => {
  app = await createTestApp();
  server = opcuaServer({ app, settings: opcuaSettings(join(folder, 'server')) });
  await server.start();
  // Whoever made it chose the name in it.
  plc = await makeCertificate({ commonName: 'admin' });
});
test.after.always(async () => {
  await server?.stop();
  await app?.close();
});

const give = (person: Person, ...certificates: MadeCertificate[]) =>
  app.application.setCertificates(
    app.actors.admin,
    app.actors[person].accountId,
    certificates.map(({ pem }) => pem),
  );

const connected = async (t: ExecutionContext, options: object = secure): Promise<OPCUAClient> => {
  const client = await connect({ url: server.endpointUrl(), pki: join(folder, 'client'), ...options });
  t.teardown(() => client.disconnect());
  return client;
};

const show = (client: OPCUAClient, shown: MadeCertificate, key = shown): Promise<ClientSession> =>
  client.createSession({
    type: UserTokenType.Certificate,
    certificateData: shown.der,
    privateKey: key.privateKeyPem,
  });

const mayApprove = async (session: ClientSession): Promise<boolean> =>
  (await callMethod(session, 'ApproveJob', [1])).statusCode.name !== 'BadUserAccessDenied';

const isAdmin = async (session: ClientSession): Promise<boolean> =>
  (await session.read({ nodeId: 'i=2290', attributeId: AttributeIds.Value })).statusCode.name === 'Good';

const lastRefusal = () =>
  app.log.lines.filter(line => JSON.stringify(line).includes('log-in by certificate was refused')).at(-1);

test.serial(
  'an account logs in by its certificate with its own role, whatever name stands in it',
  async t => {
    await app.application.authenticate('admin', 'correct horse');
    const admin = await logIn(await connected(t), 'admin');
    await give('plc', plc);
    for (const securityPolicy of [SecurityPolicy.Basic256Sha256, SecurityPolicy.Aes256_Sha256_RsaPss]) {
      for (const securityMode of [MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt]) {
        const session = await show(await connected(t, { securityMode, securityPolicy }), plc);
        t.is((await callMethod(session, 'FindJobs', ['', '', '', '', 0, 0])).statusCode.name, 'Good');
        t.false(await mayApprove(session), 'a machine may not');
        t.false(await isAdmin(session), 'the name in the certificate');
      }
    }
    t.true(await isAdmin(admin));
    const jobId = await app.submit('student');
    const session = await show(await connected(t), plc);
    const file = (await app.addFile('plc')).id;
    const made = await callMethod(session, 'SubmitJob', [file, '', '', '', 0, '']);
    t.is(made.statusCode.name, 'Good');
    t.is((await app.jobOf(jobId + 1)).submitter, app.actors.plc.accountId);
  },
);

test.serial('certificates are offered and taken on secure channels alone', async t => {
  await give('plc', plc);
  const plain = await connected(t, {});
  for (const { securityMode, userIdentityTokens } of await plain.getEndpoints()) {
    const offered = (userIdentityTokens ?? []).some(
      ({ tokenType }) => tokenType === UserTokenType.Certificate,
    );
    t.is(offered, securityMode !== MessageSecurityMode.None);
  }
  await t.throwsAsync(() => show(plain, plc));
});

test.serial(
  'who has the certificate but not its key is refused, and locks its owner out by nothing',
  async t => {
    await give('plc', plc);
    const thief = await makeCertificate();
    const client = await connected(t);
    for (let count = 0; count < 10; count += 1) {
      await t.throwsAsync(() => show(client, plc, thief), { message: /BadUserSignatureInvalid/ });
    }
    t.is((await callMethod(await show(client, plc), 'GetJob', [0])).statusCode.name, 'Good');
  },
);

test.serial(
  'unknown, expired and weak ones, and those of disabled accounts, are refused: the log says why',
  async t => {
    const client = await connected(t);
    const refusedFor = async (certificate: MadeCertificate, reason: RegExp) => {
      await t.throwsAsync(() => show(client, certificate), { message: /BadIdentityTokenRejected/ });
      t.regex(JSON.stringify(lastRefusal()), reason);
    };
    await refusedFor(await makeCertificate(), /no account has it/);

    const row = { accountId: app.actors.plc2.accountId, subject: '', expireTime: '', createTime: '' };
    const old = await makeCertificate({ validity: 30 });
    const early = await makeCertificate({ startDate: new Date('2090-01-01') });
    const weak = await makeCertificate({ keySize: 1024 });
    await app.put('certificates', ...[old, early, weak].map(({ thumbprint: id }) => ({ ...row, id })));
    await refusedFor(old, /it expired at 2020-01-31/);
    await refusedFor(early, /it is not valid before 2090/);
    await refusedFor(weak, /1024 bits/);

    const good = await makeCertificate();
    await give('student2', good);
    const { accountId } = app.actors.student2;
    await app.application.changeAccount(app.actors.admin, accountId, { disabled: true });
    await refusedFor(good, /disabled/);
  },
);

test.serial('what is no certificate, or more than one, is refused and hurts nobody', async t => {
  await give('plc', plc);
  const client = await connected(t);
  const chain = { ...plc, der: Buffer.concat([plc.der, plc.der]) };
  await t.throwsAsync(() => show(client, chain), { message: /BadIdentityTokenRejected/ });
  for (const der of [Buffer.alloc(0), Buffer.alloc(300, 7), plc.der.subarray(0, 100)]) {
    await t.throwsAsync(() => show(client, { ...plc, der }));
  }
  t.truthy(await show(await connected(t), plc));
});

test.serial('a session ends when its certificate is taken from the account', async t => {
  const other = await makeCertificate();
  await give('plc', plc, other);
  const client = await connected(t);
  const kept = await show(client, other);
  await show(await connected(t), plc);
  await give('plc', other);
  await until('the end of the session', () =>
    JSON.stringify(app.log.lines).includes('An OPC UA session ended: its certificate was taken away'),
  );
  const read = await kept.read({ nodeId: 'i=2256', attributeId: AttributeIds.Value });
  t.is(read.statusCode.name, 'Good');
  await t.throwsAsync(() => show(client, plc));
});

test.serial(
  'a session comes back on another channel with the same certificate, and not with another',
  async t => {
    const other = await makeCertificate();
    await give('plc', plc, other);
    const first = await connected(t, { ...secure, keepSessionAlive: true });
    const session = await show(first, plc);
    const second = await connected(t);
    await second.reactivateSession(session);
    const { sessionId } = session;
    t.is((await callMethod(session, 'FindJobs', ['', '', '', '', 0, 0])).statusCode.name, 'Good');
    t.is(session.sessionId.toString(), sessionId.toString());

    const third = await connected(t);
    Object.assign(session, {
      userIdentityInfo: {
        type: UserTokenType.Certificate,
        certificateData: other.der,
        privateKey: other.privateKeyPem,
      },
    });
    await t.throwsAsync(() => third.reactivateSession(session), { message: /BadIdentityChangeNotSupported/ });
  },
);
