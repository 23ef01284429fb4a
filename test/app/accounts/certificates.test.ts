import test from 'ava';
import { invalidity, readCertificate } from '../../../src/app/accounts/read-certificate.ts';
import { createTestApp, required } from '../../support/app.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { refused } from '../../support/refused.ts';
import {
  curveCertificate,
  sha1Certificate,
  shortKeyCertificate,
} from '../../support/refused-certificates.ts';

const plc = await makeCertificate({ commonName: 'PLC 1', applicationUri: 'urn:plc:1' });

test('a certificate is read from PEM and DER alike, without what follows it', t => {
  const facts = required(readCertificate(plc.pem), 'certificate');
  t.like(facts, { thumbprint: plc.thumbprint, subject: 'CN=PLC 1', uri: 'urn:plc:1', weakness: '' });
  const long = readCertificate(Buffer.concat([plc.der, Buffer.from('more')]));
  t.deepEqual([long?.thumbprint, long?.der.equals(plc.der)], [plc.thumbprint, true]);
  for (const garbage of ['', 'no certificate', Buffer.alloc(100), plc.der.subarray(0, 200)]) {
    t.is(readCertificate(garbage), undefined);
  }
});

test('short keys, SHA-1 and curves are told as weak, times as outside of them', t => {
  t.regex(readCertificate(shortKeyCertificate)?.weakness ?? '', /1024 bits, at least 2048/);
  t.regex(readCertificate(sha1Certificate)?.weakness ?? '', /SHA-1/);
  t.regex(readCertificate(curveCertificate)?.weakness ?? '', /not RSA/);
  const facts = required(readCertificate(plc.pem), 'certificate');
  t.is(invalidity(facts, new Date('2026-01-01')), '');
  t.regex(invalidity(facts, new Date('2019-12-31')), /not valid before 2020-01-01/);
  t.regex(invalidity(facts, new Date('2090-01-01')), /expired at 20/);
});

test('an admin says which certificates an account has: those stand for it, those left out no longer', async t => {
  const { application, actors, published } = await createTestApp();
  const other = await makeCertificate();
  const { accountId } = actors.plc;
  const set = (certificates: readonly string[]) =>
    application.setCertificates(actors.admin, accountId, certificates);

  const rows = await set([plc.pem, other.pem, plc.pem]);
  t.deepEqual(rows.map(({ id }) => id).sort(), [plc.thumbprint, other.thumbprint].sort());
  t.like(
    rows.find(({ id }) => id === plc.thumbprint),
    { accountId, subject: 'CN=PLC 1' },
  );
  t.is(published.at(-1)?.actor, actors.admin.accountId);
  t.deepEqual(await application.authenticateCertificate(plc.thumbprint), actors.plc);

  const withColons = plc.thumbprint.toUpperCase().replace(/..(?=.)/g, '$&:');
  t.deepEqual(
    await set([withColons]),
    rows.filter(({ id }) => id === plc.thumbprint),
  );
  t.is(await application.authenticateCertificate(other.thumbprint), undefined);
  t.deepEqual(await set([]), []);
  t.is(await application.authenticateCertificate(plc.thumbprint), undefined);
});

test('a disabled account has no use of its certificate', async t => {
  const { application, actors } = await createTestApp();
  const { admin, plc: machine } = actors;
  await application.setCertificates(admin, machine.accountId, [plc.pem]);
  await application.changeAccount(admin, machine.accountId, { disabled: true });
  t.is(await application.authenticateCertificate(plc.thumbprint), undefined);
  await application.changeAccount(admin, machine.accountId, { disabled: false, role: 'operator' });
  t.is((await application.authenticateCertificate(plc.thumbprint))?.role, 'operator');
});

test('what is weak, expired, unknown, too many or of another account is refused, and nothing is changed', async t => {
  const { application, actors } = await createTestApp();
  const { admin, plc: machine, plc2 } = actors;
  const set = (certificates: readonly string[]) =>
    application.setCertificates(admin, machine.accountId, certificates);
  await set([plc.pem]);
  const old = await makeCertificate({ startDate: new Date('2020-01-01'), validity: 30 });
  const other = await makeCertificate();
  for (const one of [shortKeyCertificate, sha1Certificate, curveCertificate, old.pem, 'x', '00'.repeat(32)]) {
    await refused(t, 'InvalidArgument', () => set([other.pem, one]));
  }
  await refused(t, 'InvalidArgument', () => set(Array(21).fill(plc.pem)));
  await refused(t, 'InvalidState', () => application.setCertificates(admin, plc2.accountId, [plc.pem]));
  await refused(t, 'NotFound', () => application.setCertificates(admin, 'nobody', []));
  t.deepEqual(
    (await application.findCertificates(admin, machine.accountId)).map(({ id }) => id),
    [plc.thumbprint],
  );
});

test('admins alone see and set certificates, those of their own account too', async t => {
  const { application, actors } = await createTestApp();
  for (const actor of [actors.student, actors.plc, actors.operator]) {
    await refused(t, 'NotPermitted', () => application.setCertificates(actor, actor.accountId, []));
    await refused(t, 'NotPermitted', () => application.findCertificates(actor, actor.accountId));
  }
});
