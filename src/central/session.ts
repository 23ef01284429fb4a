import { type ClientSession, OPCUAClient, UserTokenType } from 'node-opcua-client';
import type { Log } from '../app/ports.ts';
import type { ClientCertificate } from '../client-certificate/client-certificate.ts';
import type { CompleteCentralSettings } from './settings.ts';
import { createWait, type Wait } from './wait.ts';

export const PRODUCT = 'MES Printing Server';
const APPLICATION_NAME = 'MesPrintingServer';
export const APPLICATION_URI = 'urn:monashautomation:MesPrinting:CentralClient';

/** A session that is used until its first failure and then thrown away: reconnecting is the caller's. */
export interface OpenSession {
  readonly session: ClientSession;
  /** Whether the connection broke by itself. */
  isLost(): boolean;
  /** Never fails and takes a few seconds at most, also when the server doesn't answer any more. */
  close(): Promise<void>;
}

/** For closing: a server that does not answer is not waited for. */
const waitForClose = createWait(2000);

/** @throws when the server is away, refuses or does not answer in time */
export const openSession = async (
  settings: CompleteCentralSettings,
  certificate: ClientCertificate,
  wait: Wait,
  log: Log,
): Promise<OpenSession> => {
  const { url, timeout, username, password } = settings;
  const client = OPCUAClient.create({
    applicationName: APPLICATION_NAME,
    applicationUri: APPLICATION_URI,
    clientName: APPLICATION_NAME,
    certificateKeyPairProvider: certificate,
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 1000 },
    // Of a silent socket, not of an answer: an idle printer is written at the refresh alone.
    transportTimeout: Math.max(60_000, settings.refreshInterval * 3),
    defaultTransactionTimeout: timeout,
    keepSessionAlive: false,
    requestedSessionTimeout: Math.max(60_000, settings.refreshInterval * 3),
  });
  let lost = false;
  client.on('close', () => {
    lost = true;
  });
  client.on('connection_lost', () => {
    lost = true;
  });
  const close = async (): Promise<void> => {
    try {
      await waitForClose('Closing the session at the central server', client.disconnect());
    } catch (error) {
      log.debug({ err: error }, 'The session at the central server was not closed in order');
    }
  };
  try {
    await wait(`Connecting to the central server ${url}`, client.connect(url));
    const session = await wait(
      `Opening a session at the central server ${url}`,
      client.createSession(
        username
          ? { type: UserTokenType.UserName, userName: username, password: password ?? '' }
          : { type: UserTokenType.Anonymous },
      ),
    );
    session.on('session_closed', () => {
      lost = true;
    });
    return { session, isLost: () => lost, close };
  } catch (error) {
    await close();
    throw error;
  }
};
