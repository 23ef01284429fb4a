import { type ClientCertificate, createClientCertificate } from '../client-certificate/client-certificate.ts';

/** Who a simulated client says it is. */
export interface Identity {
  readonly applicationName: string;
  readonly applicationUri: string;
  readonly certificate: ClientCertificate;
}

export const createIdentity = async (applicationName: string): Promise<Identity> => {
  const applicationUri = `urn:monashautomation:MesPrinting:Simulated:${applicationName}`;
  const certificate = await createClientCertificate(applicationName, applicationUri);
  return { applicationName, applicationUri, certificate };
};
