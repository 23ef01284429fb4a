import { copyFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CertificateFacts, readCertificate } from '../../app/accounts/read-certificate.ts';
import { Refusal } from '../../domain/refusal.ts';

/** Of client certificates: those that are taken, and those that were refused or accepted at first sight alone. */
export const certificateFolders = { trusted: join('trusted', 'certs'), rejected: 'rejected' } as const;
export type CertificateFolder = keyof typeof certificateFolders;

export interface StoredCertificate extends CertificateFacts {
  readonly path: string;
}

/** Larger files are none. */
const MAX_BYTES = 100_000;

const read = async (path: string): Promise<StoredCertificate | undefined> => {
  const { size } = await stat(path);
  const facts = size <= MAX_BYTES ? readCertificate(await readFile(path)) : undefined;
  return facts && { ...facts, path };
};

/** PEM and DER alike; what is no certificate is left out. */
export const listCertificates = async (
  folder: string,
  kind: CertificateFolder,
): Promise<readonly StoredCertificate[]> => {
  const path = join(folder, certificateFolders[kind]);
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found: StoredCertificate[] = [];
  for (const name of names.sort()) {
    const certificate = await read(join(path, name)).catch(() => undefined);
    if (certificate !== undefined) found.push(certificate);
  }
  return found;
};

const plain = (thumbprint: string): string => thumbprint.replaceAll(/[:\s]/g, '').toLowerCase();
const isOf = ({ sha1, thumbprint }: StoredCertificate, wanted: string): boolean =>
  sha1 === wanted || thumbprint === wanted;

/**
 * Moves a certificate from rejected/ to trusted/certs/. The running server sees it.
 * @param thumbprint SHA-1 or SHA-256, in any notation
 * @throws Refusal NotFound
 */
export const trustCertificate = async (folder: string, thumbprint: string): Promise<StoredCertificate> => {
  const wanted = plain(thumbprint);
  const trusted = (await listCertificates(folder, 'trusted')).find(one => isOf(one, wanted));
  if (trusted !== undefined) return trusted;
  const rejected = (await listCertificates(folder, 'rejected')).filter(one => isOf(one, wanted));
  const [certificate] = rejected;
  if (certificate === undefined) {
    throw new Refusal(
      'NotFound',
      `No refused certificate has the thumbprint ${thumbprint.slice(0, 100)}: npm run certificates lists those that there are.`,
    );
  }
  const target = join(folder, certificateFolders.trusted);
  await mkdir(target, { recursive: true });
  const path = join(target, `${certificate.sha1}.${isPem(certificate.path) ? 'pem' : 'der'}`);
  await copyFile(certificate.path, path);
  for (const one of rejected) await rm(one.path, { force: true });
  return { ...certificate, path };
};

const isPem = (path: string): boolean => path.toLowerCase().endsWith('.pem');
