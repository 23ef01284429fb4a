import { crypto_utils, type OPCUAClientOptions } from 'node-opcua-client';

/** A certificate with its key, as node-opcua's clients take it. */
export type ClientCertificate = NonNullable<OPCUAClientOptions['certificateKeyPairProvider']>;

const DAY = 24 * 60 * 60 * 1000;
const VALID_DAYS = 3650;

/**
 * A self-signed application certificate that lives in memory alone: node-opcua wants one even for the policy None,
 * and would otherwise write it to a folder of the user's home, which a container need not have.
 */
export const createClientCertificate = async (
  applicationName: string,
  applicationUri: string,
): Promise<ClientCertificate> => {
  const { privateKey } = await crypto_utils.generateKeyPair(2048);
  const { privPem } = await crypto_utils.privateKeyToPEM(privateKey);
  const { cert } = await crypto_utils.createSelfSignedCertificate({
    privateKey,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + VALID_DAYS * DAY),
    subject: `CN=${applicationName}`,
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
