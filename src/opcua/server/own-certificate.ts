import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua';
import { type CertificateFacts, readCertificate } from '../../app/accounts/read-certificate.ts';

const VALID_DAYS = 365 * 10;
/** From so many days before its end on, people are told. */
export const WARNING_DAYS = 30;
const DAY = 86_400_000;

export interface OwnCertificate extends CertificateFacts {
  /** Names and addresses under which clients reach the server by the settings, and that it does not hold. */
  readonly missingNames: readonly string[];
}

export const ownCertificateFile = (folder: string): string => join(folder, 'own', 'certs', 'certificate.pem');

const namesIn = (pem: string): readonly string[] =>
  (new X509Certificate(pem).subjectAltName ?? '')
    .split(', ')
    .flatMap(name => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1]?.toLowerCase() ?? []);

/** @throws Error when there is none or it cannot be used */
export const readOwnCertificate = async (
  folder: string,
  hostnames: readonly string[],
): Promise<OwnCertificate> => {
  const file = ownCertificateFile(folder);
  const pem = await readFile(file, 'utf8');
  const facts = readCertificate(pem);
  if (facts === undefined || facts.uri === '') {
    const what = facts === undefined ? 'is no certificate' : 'names no ApplicationUri';
    throw new Error(`${file} ${what}: replace it, or remove it to have one made.`);
  }
  const names = namesIn(pem);
  const missingNames = hostnames.filter(name => !names.includes(name.toLowerCase()));
  return { ...facts, missingNames };
};

/** Self-signed, with the key that there is. */
const write = async (
  manager: OPCUACertificateManager,
  file: string,
  applicationUri: string,
  hostnames: readonly string[],
): Promise<void> => {
  const unfinished = `${file}.new`;
  await manager.createSelfSignedCertificate({
    applicationUri,
    dns: [...new Set([...hostnames, hostname()])].filter(name => isIP(name) === 0),
    ip: hostnames.filter(name => isIP(name) !== 0),
    outputFile: unfinished,
    subject: '/CN=MES Printing Server',
    startDate: new Date(),
    validity: VALID_DAYS,
  });
  await rename(unfinished, file);
};

/** Makes one at the first start. */
export const makeOwnCertificate = async (
  manager: OPCUACertificateManager,
  folder: string,
  hostnames: readonly string[],
): Promise<void> => {
  const file = ownCertificateFile(folder);
  if (existsSync(file)) return;
  await write(manager, file, `urn:${hostnames[0] ?? 'localhost'}:MesPrintingServer`, hostnames);
};

/**
 * A new one in the place of that which there is, with the same key and ApplicationUri, for the names that are set now;
 * the old one is kept beside it. The server shows it from its next start on.
 */
export const renewOwnCertificate = async (
  folder: string,
  hostnames: readonly string[],
): Promise<{ readonly own: OwnCertificate; readonly kept: string }> => {
  const file = ownCertificateFile(folder);
  const { uri, thumbprint } = await readOwnCertificate(folder, hostnames);
  const kept = join(folder, 'own', 'certs', `before-renewal-${thumbprint.slice(0, 16)}.pem`);
  await writeFile(kept, await readFile(file));
  const manager = new OPCUACertificateManager({ rootFolder: folder, disableFileWatchers: true });
  await manager.initialize();
  try {
    await write(manager, file, uri, hostnames);
  } finally {
    await manager.dispose();
  }
  return { own: await readOwnCertificate(folder, hostnames), kept };
};

/** Until a certificate expires; negative afterwards. */
export const daysLeft = ({ expireTime }: Pick<CertificateFacts, 'expireTime'>, now: Date): number =>
  (Date.parse(expireTime) - now.getTime()) / DAY;

/** What is wrong with it, and what to do; '' when nothing is. */
export const certificateFault = (own: OwnCertificate, now: Date): string => {
  const renew = 'run npm run certificates renew, and start the server again';
  const left = daysLeft(own, now);
  if (left < 0) return `The OPC UA certificate expired at ${own.expireTime}: ${renew}.`;
  if (left < WARNING_DAYS) return `The OPC UA certificate expires at ${own.expireTime}: ${renew}.`;
  if (own.missingNames.length === 0) return '';
  const names = own.missingNames.slice(0, 5).join(', ');
  return `The OPC UA certificate does not hold ${names} of OPCUA_HOSTNAMES: ${renew}.`;
};
