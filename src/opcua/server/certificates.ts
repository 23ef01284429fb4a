import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type OPCUACertificateManager, type StatusCode, StatusCodes } from 'node-opcua';
import type { OPCUAServer } from 'node-opcua-server';
import { readCertificate } from '../../app/accounts/read-certificate.ts';
import type { Clock, Log } from '../../app/ports.ts';
import { createRepeating, type Repeating } from '../../app/repeating.ts';
import { ApplicationCertificates } from './application-certificates.ts';
import {
  makeOwnCertificate,
  type OwnCertificate,
  ownCertificateFile,
  readOwnCertificate,
} from './own-certificate.ts';

/** Files kept in rejected/, newest first: without a bound each unknown client adds one. */
const KEPT_REJECTED = 100;
const PRUNE_EVERY = 60_000;

export interface Certificates {
  readonly manager: OPCUACertificateManager;
  readonly certificateFile: string;
  /** Its ApplicationUri stays when host names change later. */
  readonly own: OwnCertificate;
}

/** Opens the store; makes key and certificate at the first start and keeps them afterwards. */
export const openCertificates = async (
  folder: string,
  hostnames: readonly string[],
  now: () => Date,
): Promise<Certificates> => {
  const manager = new ApplicationCertificates(
    { rootFolder: folder, name: 'server', automaticallyAcceptUnknownCertificate: false, keySize: 2048 },
    now,
  );
  await manager.initialize();
  await makeOwnCertificate(manager, folder, hostnames);
  const own = await readOwnCertificate(folder, hostnames);
  return { manager, certificateFile: ownCertificateFile(folder), own };
};

/** What to do about it; '' when only the client can do something. */
const adviceFor = (status: StatusCode, certificate: Buffer, now: Date): string => {
  if (status.equals(StatusCodes.BadCertificateUntrusted))
    return 'npm run trust THUMBPRINT, once you know whose it is';
  const facts = readCertificate(certificate);
  if (facts === undefined) return 'it is no X.509 certificate';
  return (
    facts.weakness ||
    (Date.parse(facts.expireTime) <= now.getTime() ? `it expired at ${facts.expireTime}` : '')
  );
};

/** node-opcua knows the certificate, but not whether the site wants to look at each of them first. */
export const acceptUnknown = (server: OPCUAServer, accept: boolean, clock: Clock, log: Log): void => {
  for (const endpoint of server.endpoints) {
    endpoint.onAdjustCertificateStatus = (status, certificate): StatusCode => {
      const leaf = Array.isArray(certificate) ? (certificate[0] ?? Buffer.alloc(0)) : certificate;
      const thumbprint = createHash('sha1').update(leaf).digest('hex');
      if (accept && status.equals(StatusCodes.BadCertificateUntrusted)) {
        log.debug({ thumbprint }, 'An unknown client certificate was accepted');
        return StatusCodes.Good;
      }
      const advice = adviceFor(status, leaf, clock.now());
      log.warn({ thumbprint, status: status.name, advice }, 'A client certificate was refused');
      return status;
    };
  }
};

const pruneRejected = async (folder: string): Promise<void> => {
  const rejected = join(folder, 'rejected');
  const files = await Promise.all(
    (await readdir(rejected)).map(async name => {
      const path = join(rejected, name);
      return { path, time: (await stat(path)).mtimeMs };
    }),
  );
  const old = files.sort((left, right) => right.time - left.time).slice(KEPT_REJECTED);
  for (const { path } of old) await rm(path, { force: true });
};

export const keepRejectedSmall = (folder: string, clock: Clock, log: Log): Repeating =>
  createRepeating({
    clock,
    log,
    every: PRUNE_EVERY,
    what: 'The removal of old refused certificates',
    round: () => pruneRejected(folder),
  });
