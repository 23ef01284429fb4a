import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { renewCertificate, tellCertificates, trust } from '../../src/compose/certificates.ts';
import { openCertificates } from '../../src/opcua/server/certificates.ts';
import type { Settings } from '../../src/settings/definitions.ts';
import { makeCertificate } from '../support/certificate.ts';
import { newRoot, placeIn, run } from './installation.ts';

/** What the commands look at. */
const settingsFor = (folder: string, accept: boolean, hostnames: readonly string[]): Settings =>
  ({
    CERTIFICATES_PATH: folder,
    OPCUA_HOSTNAMES: hostnames,
    OPCUA_ACCEPT_UNKNOWN_CERTIFICATES: accept,
  }) as unknown as Settings;

test('the operator lists certificates, trusts one, and renews that of the server', async t => {
  const root = newRoot(t);
  const folder = join(root, 'certificates');
  const strict = settingsFor(folder, false, ['127.0.0.1']);
  await t.throwsAsync(tellCertificates(strict), { message: /the server makes them at its first start/ });

  const { manager, own } = await openCertificates(folder, ['127.0.0.1'], () => new Date());
  await manager.dispose();
  const client = await makeCertificate({ commonName: 'UaExpert', applicationUri: 'urn:desk:UaExpert' });
  await copyFile(client.certificateFile, join(folder, 'rejected', 'UaExpert.pem'));

  const listed = await tellCertificates(strict);
  t.true(listed.includes(own.sha1) && listed.includes('urn:127.0.0.1:MesPrintingServer'));
  const refused =
    /trusted:\n {2}none\nOf clients, refused.*\n {2}(\w{40})\n +CN=UaExpert, urn:desk:UaExpert, 2020-01-01 to /;
  const [, thumbprint = ''] = refused.exec(listed) ?? [];
  t.is(thumbprint.length, 40, listed);
  t.regex(await tellCertificates(settingsFor(folder, true, ['127.0.0.1'])), /accepted all the same/);

  t.true((await trust(strict, thumbprint)).includes('urn:desk:UaExpert'));
  t.regex(await tellCertificates(strict), /trusted:\n {2}\w{40}\n.*UaExpert.*\n.*refused.*\n {2}none/);

  const moved = settingsFor(folder, false, ['127.0.0.1', 'printing.lab']);
  t.regex(await tellCertificates(moved), /does not hold printing\.lab/);
  t.regex(await renewCertificate(moved), /The old one is kept as/);
  t.notRegex(await tellCertificates(moved), /does not hold/);
});

test('as commands they say what they did, and how they are called', async t => {
  const root = newRoot(t);
  const { environment } = await placeIn(root, 'place');
  const { manager } = await openCertificates(environment.CERTIFICATES_PATH, ['127.0.0.1'], () => new Date());
  await manager.dispose();
  const [listed, wrong, unknown] = await Promise.all([
    run('certificates', root, environment, []),
    run('certificates', root, environment, ['other']),
    run('trust', root, environment, ['00']),
  ]);
  t.deepEqual([listed.code, /Of this server:/.test(listed.output)], [0, true], listed.output);
  t.deepEqual([wrong.code, /Usage: npm run certificates/.test(wrong.output)], [2, true], wrong.output);
  t.deepEqual([unknown.code, /^No refused certificate/.test(unknown.output)], [1, true], unknown.output);
});
