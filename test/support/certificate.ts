import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua';
import { temporaryFolder } from './temporary-folder.ts';

export interface MadeCertificate {
  readonly pem: string;
  readonly der: Buffer;
  readonly privateKeyPem: string;
  /** Of the same, for clients that take files. */
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  /** SHA-256, lower-case hexadecimal. */
  readonly thumbprint: string;
}

export interface CertificateOptions {
  readonly commonName?: string;
  readonly applicationUri?: string;
  readonly startDate?: Date;
  /** Days. */
  readonly validity?: number;
  readonly keySize?: number;
}

/** A self-signed certificate with a key of its own. */
export const makeCertificate = async ({
  commonName = 'PLC',
  applicationUri = 'urn:test',
  startDate = new Date('2020-01-01T00:00:00Z'),
  validity = 30 * 365,
  keySize = 2048,
}: CertificateOptions = {}): Promise<MadeCertificate> => {
  const folder = temporaryFolder();
  const manager = new OPCUACertificateManager({
    rootFolder: folder,
    keySize: keySize as 2048,
    disableFileWatchers: true,
  });
  await manager.initialize();
  const certificateFile = join(folder, 'made.pem');
  await manager.createSelfSignedCertificate({
    applicationUri,
    dns: ['localhost'],
    subject: `/CN=${commonName}`,
    startDate,
    validity,
    outputFile: certificateFile,
  });
  const privateKeyFile = manager.privateKey;
  await manager.dispose();
  const pem = await readFile(certificateFile, 'utf8');
  const parsed = new X509Certificate(pem);
  return {
    pem,
    der: parsed.raw,
    privateKeyPem: await readFile(privateKeyFile, 'utf8'),
    certificateFile,
    privateKeyFile,
    thumbprint: parsed.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
};
