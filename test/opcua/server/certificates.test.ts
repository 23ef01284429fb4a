import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { MessageSecurityMode, SecurityPolicy } from 'node-opcua';
import { listCertificates, trustCertificate } from '../../../src/opcua/server/certificate-folders.ts';
import { openCertificates } from '../../../src/opcua/server/certificates.ts';
import {
  certificateFault,
  daysLeft,
  ownCertificateFile,
  readOwnCertificate,
  renewOwnCertificate,
} from '../../../src/opcua/server/own-certificate.ts';
import type { OpcuaServer } from '../../../src/opcua/server/server.ts';
import { createTestApp, required, type TestApp } from '../../support/app.ts';
import { type CertificateOptions, type MadeCertificate, makeCertificate } from '../../support/certificate.ts';
import { connect, opcuaServer, opcuaSettings } from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const folder = temporaryFolder();
const store = join(folder, 'server');
let app: TestApp;
let open: OpcuaServer;
let strict: OpcuaServer;

test.before(async () => {
  app = await createTestApp();
  open = opcuaServer({ app, settings: opcuaSettings(join(folder, 'open')) });
  await open.start();
  strict = opcuaServer({ app, settings: { ...opcuaSettings(store), acceptUnknownCertificates: false } });
  await strict.start();
});
test.after.always(async () => {
  await open?.stop();
  await strict?.stop();
  await app?.close();
});

/** Opens a secure channel and a session, and ends both. */
const tryWith = async (
  t: ExecutionContext,
  server: OpcuaServer,
  { certificateFile, privateKeyFile }: MadeCertificate,
  applicationUri = 'urn:test',
): Promise<string> => {
  try {
    const client = await connect({
      url: server.endpointUrl(),
      pki: join(folder, 'client'),
      securityMode: MessageSecurityMode.SignAndEncrypt,
      securityPolicy: SecurityPolicy.Basic256Sha256,
      certificateFile,
      privateKeyFile,
    });
    t.teardown(() => client.disconnect());
    // It would take it from the certificate.
    Object.assign(client, { _getApplicationUri: () => applicationUri });
    await client.createSession();
    return 'Good';
  } catch (error) {
    return String(error);
  }
};

const sinceThen = () => {
  const count = app.log.lines.length;
  return () => JSON.stringify(app.log.lines.slice(count));
};

test('a certificate of a wrong kind opens no channel, accepted at first sight or not: the log says why', async t => {
  const cases: [string, CertificateOptions, RegExp][] = [
    ['too short a key', { keySize: 1024 }, /BadCertificatePolicyCheckFailed.*1024 bits/],
    ['expired', { validity: 30 }, /BadCertificateTimeInvalid.*it expired at 2020-01-31/],
    ['not yet valid', { startDate: new Date('2090-01-01') }, /BadCertificateTimeInvalid/],
  ];
  for (const [name, options, reason] of cases) {
    const logged = sinceThen();
    t.not(await tryWith(t, open, await makeCertificate(options)), 'Good', name);
    t.regex(logged(), reason, name);
  }
  t.is(await tryWith(t, open, await makeCertificate()), 'Good');
});

test('a client that goes by another ApplicationUri than its certificate gets no session', async t => {
  t.regex(await tryWith(t, open, await makeCertificate(), 'urn:somebody:else'), /BadCertificateUriInvalid/);
});

test('a client that shows another certificate than that of its channel gets no session', async t => {
  const [own, other] = [await makeCertificate(), await makeCertificate()];
  const client = await connect({
    url: open.endpointUrl(),
    pki: join(folder, 'client'),
    securityMode: MessageSecurityMode.SignAndEncrypt,
    securityPolicy: SecurityPolicy.Basic256Sha256,
    certificateFile: own.certificateFile,
    privateKeyFile: own.privateKeyFile,
  });
  t.teardown(() => client.disconnect());
  await (await client.createSession()).close();
  Object.assign(client, { getCertificate: () => other.der, getCertificateChain: () => [other.der] });
  await t.throwsAsync(client.createSession(), { message: /BadCertificateInvalid/ });
});

test('a certificate that was refused is trusted by its thumbprint, and then taken without a restart', async t => {
  const certificate = await makeCertificate({ commonName: 'UaExpert' });
  const logged = sinceThen();
  t.not(await tryWith(t, strict, certificate), 'Good');
  t.regex(logged(), /BadCertificateUntrusted.*npm run trust/);
  const refused = await until('the refused certificate', async () =>
    (await listCertificates(store, 'rejected')).find(
      ({ thumbprint }) => thumbprint === certificate.thumbprint,
    ),
  );
  t.like(refused, { subject: 'CN=UaExpert', uri: 'urn:test' });

  const written = required(refused, 'certificate')
    .sha1.toUpperCase()
    .replace(/..(?=.)/g, '$&:');
  const trusted = await trustCertificate(store, written);
  t.is(trusted.thumbprint, certificate.thumbprint);
  await until('the server to take it', async () => (await tryWith(t, strict, certificate)) === 'Good');
  t.false(
    (await listCertificates(store, 'rejected')).some(
      ({ thumbprint }) => thumbprint === certificate.thumbprint,
    ),
  );
  // Said again, it changes nothing.
  t.is((await trustCertificate(store, certificate.thumbprint)).path, trusted.path);
  await t.throwsAsync(trustCertificate(store, 'ab'.repeat(20)), { message: /No refused certificate/ });
});

test('from 30 days before its end, and when it lacks a name that is set, the server says so', async t => {
  const own = await readOwnCertificate(store, ['127.0.0.1']);
  const at = (days: number) => new Date(Date.parse(own.expireTime) - days * 86_400_000);
  t.is(daysLeft(own, at(12)), 12);
  t.is(certificateFault(own, at(31)), '');
  t.regex(certificateFault(own, at(29)), /expires at .*npm run certificates renew/);
  t.regex(certificateFault(own, at(-1)), /expired at/);
  const moved = await readOwnCertificate(store, ['127.0.0.1', 'Printing.lab', '10.0.0.9']);
  t.deepEqual(moved.missingNames, ['Printing.lab', '10.0.0.9']);
  t.regex(certificateFault(moved, at(100)), /does not hold Printing\.lab, 10\.0\.0\.9/);
  t.is(strict.certificateFault(), '');
});

test('a renewed certificate keeps key and ApplicationUri, and holds the names that are set now', async t => {
  const place = join(folder, 'renewed');
  const first = await openCertificates(place, ['old.lab'], () => new Date());
  await first.manager.dispose();
  const key = await readFile(join(place, 'own', 'private', 'private_key.pem'), 'utf8');
  const before = await readFile(ownCertificateFile(place), 'utf8');

  const { own, kept } = await renewOwnCertificate(place, ['new.lab', '10.0.0.9']);
  t.deepEqual([own.uri, own.missingNames], [first.own.uri, []]);
  t.not(own.thumbprint, first.own.thumbprint);
  t.is(await readFile(kept, 'utf8'), before);
  t.is(await readFile(join(place, 'own', 'private', 'private_key.pem'), 'utf8'), key);
  t.is(first.own.uri, 'urn:old.lab:MesPrintingServer');
});
