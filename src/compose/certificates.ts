import { existsSync } from 'node:fs';
import type { CertificateFacts } from '../app/accounts/read-certificate.ts';
import { Refusal } from '../domain/refusal.ts';
import { listCertificates, trustCertificate } from '../opcua/server/certificate-folders.ts';
import {
  certificateFault,
  ownCertificateFile,
  readOwnCertificate,
  renewOwnCertificate,
} from '../opcua/server/own-certificate.ts';
import type { Settings } from '../settings/definitions.ts';

const day = (time: string): string => time.slice(0, 10);

const linesOf = ({ sha1, subject, uri, startTime, expireTime }: CertificateFacts): readonly string[] => [
  `  ${sha1}`,
  `    ${subject || 'no subject'}, ${uri || 'no ApplicationUri'}, ${day(startTime)} to ${day(expireTime)}`,
];

const section = (title: string, certificates: readonly CertificateFacts[]): readonly string[] => [
  title,
  ...(certificates.length === 0 ? ['  none'] : certificates.flatMap(linesOf)),
];

const checkMade = (folder: string): void => {
  if (existsSync(ownCertificateFile(folder))) return;
  throw new Refusal(
    'NotFound',
    `There are no certificates in ${folder}: the server makes them at its first start.`,
  );
};

/** @returns what to tell the operator */
export const tellCertificates = async (settings: Settings): Promise<string> => {
  const { CERTIFICATES_PATH: folder, OPCUA_HOSTNAMES: hostnames } = settings;
  checkMade(folder);
  const own = await readOwnCertificate(folder, hostnames);
  const fault = certificateFault(own, new Date());
  return [
    ...section('Of this server:', [own]),
    ...(fault === '' ? [] : [`    ${fault}`]),
    ...section('Of clients, trusted:', await listCertificates(folder, 'trusted')),
    ...section(
      settings.OPCUA_ACCEPT_UNKNOWN_CERTIFICATES
        ? 'Of clients, unknown (accepted all the same: OPCUA_ACCEPT_UNKNOWN_CERTIFICATES):'
        : 'Of clients, refused (npm run trust THUMBPRINT):',
      await listCertificates(folder, 'rejected'),
    ),
  ].join('\n');
};

/** @throws Refusal NotFound */
export const trust = async ({ CERTIFICATES_PATH: folder }: Settings, thumbprint: string): Promise<string> => {
  const trusted = await trustCertificate(folder, thumbprint);
  return ['Trusted from now on, by a running server too:', ...linesOf(trusted)].join('\n');
};

export const renewCertificate = async (settings: Settings): Promise<string> => {
  const { CERTIFICATES_PATH: folder, OPCUA_HOSTNAMES: hostnames } = settings;
  checkMade(folder);
  const { own, kept } = await renewOwnCertificate(folder, hostnames);
  return [
    'Renewed; start the server again to use it. Clients that trust the old one by itself have to trust this one:',
    ...linesOf(own),
    `The old one is kept as ${kept}.`,
  ].join('\n');
};
