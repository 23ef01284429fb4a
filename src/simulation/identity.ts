import { crypto_utils, type OPCUAClientOptions } from 'node-opcua';

/** Who a simulated client says it is. */
export interface Identity {
  readonly applicationName: string;
  readonly applicationUri: string;
  readonly keyPair: NonNullable<OPCUAClientOptions['certificateKeyPairProvider']>;
}

const DAY = 24 * 60 * 60 * 1000;

/** A self-signed application certificate in memory: a simulated client leaves nothing on disk. */
export const createIdentity = async (applicationName: string): Promise<Identity> => {
  const applicationUri = `urn:monashautomation:MesPrinting:Simulated:${applicationName}`;
  const { privateKey } = await crypto_utils.generateKeyPair(2048);
  const { privPem } = await crypto_utils.privateKeyToPEM(privateKey);
  const { cert } = await crypto_utils.createSelfSignedCertificate({
    privateKey,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 3650 * DAY),
    subject: `CN=${applicationName}`,
    applicationUri,
    purpose: crypto_utils.CertificatePurpose.ForApplication,
  });
  const certificate = crypto_utils.convertPEMtoDER(cert);
  const key = crypto_utils.makePrivateKeyFromPem(privPem);
  return {
    applicationName,
    applicationUri,
    keyPair: {
      getCertificate: () => certificate,
      getCertificateChain: () => [certificate],
      getPrivateKey: () => key,
    },
  };
};
