import { actorOf } from '../../domain/account.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';

/** That the client holds the private key, and that the certificate is valid now, is for the caller to check. */
export const createAuthenticateCertificate =
  ({ store }: ApplicationDeps): Application['authenticateCertificate'] =>
  async thumbprint => {
    const certificate = await store.get('certificates', thumbprint);
    if (certificate === undefined) return undefined;
    const account = await store.get('accounts', certificate.accountId);
    return account === undefined || account.disabled ? undefined : actorOf(account);
  };
