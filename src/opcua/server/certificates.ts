import { createHash, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OPCUACertificateManager, type StatusCode, StatusCodes } from 'node-opcua';
import type { OPCUAServer } from 'node-opcua-server';
import type { Clock, Log } from '../../app/ports.ts';
import { createRepeating, type Repeating } from '../../app/repeating.ts';

const VALID_DAYS = 365 * 10;
/** Files kept in rejected/, newest first: without a bound each unknown client adds one. */
const KEPT_REJECTED = 100;
const PRUNE_EVERY = 60_000;
/** OPC 10000-7, Basic256Sha256: shorter keys are not allowed. */
const MIN_KEY_BITS = 2048;

export interface Certificates {
  readonly manager: OPCUACertificateManager;
  readonly certificateFile: string;
  /** Of the certificate itself, so that it stays valid when host names change later. */
  readonly applicationUri: string;
}

const applicationUriOf = async (certificateFile: string): Promise<string> => {
  const { subjectAltName = '' } = new X509Certificate(await readFile(certificateFile));
  const uri = /URI:([^,\s]+)/.exec(subjectAltName)?.[1];
  if (uri === undefined) {
    throw new Error(`${certificateFile} names no ApplicationUri: replace it, or remove it to have one made.`);
  }
  return uri;
};

/** Opens the store; makes key and certificate at the first start and keeps them afterwards. */
export const openCertificates = async (
  folder: string,
  hostnames: readonly string[],
): Promise<Certificates> => {
  const manager = new OPCUACertificateManager({
    rootFolder: folder,
    name: 'server',
    automaticallyAcceptUnknownCertificate: false,
    keySize: 2048,
  });
  await manager.initialize();
  const certificateFile = join(folder, 'own', 'certs', 'certificate.pem');
  if (!existsSync(certificateFile)) {
    const [host = 'localhost'] = hostnames;
    await manager.createSelfSignedCertificate({
      applicationUri: `urn:${host}:MesPrintingServer`,
      dns: [...new Set([...hostnames, hostname()])].filter(name => isIP(name) === 0),
      ip: hostnames.filter(name => isIP(name) !== 0),
      outputFile: certificateFile,
      subject: '/CN=MES Printing Server',
      startDate: new Date(),
      validity: VALID_DAYS,
    });
  }
  return { manager, certificateFile, applicationUri: await applicationUriOf(certificateFile) };
};

/** node-opcua knows the certificate, but not whether the site wants to look at each of them first. */
export const acceptUnknown = (server: OPCUAServer, accept: boolean, log: Log): void => {
  for (const endpoint of server.endpoints) {
    endpoint.onAdjustCertificateStatus = (status, certificate): StatusCode => {
      const thumbprint = createHash('sha1').update(certificate).digest('hex');
      if (accept && status.equals(StatusCodes.BadCertificateUntrusted)) {
        log.debug({ thumbprint }, 'An unknown client certificate was accepted');
        return StatusCodes.Good;
      }
      log.warn({ thumbprint, status: status.name }, 'A client certificate was refused');
      return status;
    };
  }
};

/** node-opcua also takes keys that are too short. */
export const refuseWeakKeys = (server: OPCUAServer, log: Log): void => {
  server.on('channelSecured', channel => {
    const certificate = channel.clientCertificate;
    if (certificate === null) return;
    const bits = new X509Certificate(certificate).publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
    if (bits >= MIN_KEY_BITS) return;
    log.warn({ bits, address: channel.remoteAddress }, 'A client certificate has too short a key');
    channel.abruptlyInterrupt();
  });
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
