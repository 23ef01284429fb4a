import { createPrivateKey } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crypto_utils } from 'node-opcua';

/** Files that every maker's library reads: the certificate in DER, its key as PKCS #8 in DER. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  readonly pem: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** A self-signed certificate in that folder: of an application, or of a user. */
export const makeCertificate = async (
  folder: string,
  name: string,
  { applicationUri = '' }: { readonly applicationUri?: string } = {},
): Promise<CertificateFiles> => {
  const { privateKey } = await crypto_utils.generateKeyPair(2048);
  const { privPem } = await crypto_utils.privateKeyToPEM(privateKey);
  const { cert: pem } = await crypto_utils.createSelfSignedCertificate({
    privateKey,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + DAY),
    subject: `CN=${name}`,
    ...(applicationUri === ''
      ? { purpose: crypto_utils.CertificatePurpose.ForUserAuthentication }
      : { applicationUri, purpose: crypto_utils.CertificatePurpose.ForApplication }),
  });
  const files = {
    certificate: join(folder, `${name}-certificate.der`),
    key: join(folder, `${name}-key.der`),
  };
  await writeFile(files.certificate, crypto_utils.convertPEMtoDER(pem));
  await writeFile(files.key, createPrivateKey(privPem).export({ format: 'der', type: 'pkcs8' }), {
    mode: 0o600,
  });
  return { ...files, pem };
};
