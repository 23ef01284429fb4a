import { crypto_utils, type OPCUAClientOptions } from 'node-opcua';

export type Identity = NonNullable<OPCUAClientOptions['certificateKeyPairProvider']>;

const DAY = 24 * 60 * 60 * 1000;

/** A self-signed application certificate in memory: a simulated client leaves nothing on disk. */
export const createIdentity = async (applicationUri: string): Promise<Identity> => {
  const { privateKey } = await crypto_utils.generateKeyPair(2048);
  const { privPem } = await crypto_utils.privateKeyToPEM(privateKey);
  const { cert } = await crypto_utils.createSelfSignedCertificate({
    privateKey,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 3650 * DAY),
    subject: 'CN=Simulated robot',
    applicationUri,
    purpose: crypto_utils.CertificatePurpose.ForApplication,
  });
  const certificate = crypto_utils.convertPEMtoDER(cert);
  const key = crypto_utils.makePrivateKeyFromPem(privPem);
  return {
    getCertificate: () => certificate,
    getCertificateChain: () => [certificate],
    getPrivateKey: () => key,
  };
};
