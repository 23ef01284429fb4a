import { join } from 'node:path';
import { type ClientSession, OPCUACertificateManager, OPCUAClient, UserTokenType } from 'node-opcua';
import { PASSWORD, USERNAME } from '../support/lab.ts';

export interface Target {
  readonly url: string;
  /** Where the client keeps its certificates. */
  readonly folder: string;
}

export interface Connection {
  readonly client: OPCUAClient;
  readonly session: ClientSession;
}

const HOUR = 3_600_000;
/** What most clients ask for; node-opcua's own client asks for 640 KB, which a bare server then allocates. */
const BUFFER_SIZE = 65_536;
let certificates: OPCUACertificateManager | undefined;

const certificatesIn = (folder: string): OPCUACertificateManager => {
  certificates ??= new OPCUACertificateManager({
    rootFolder: join(folder, 'client'),
    automaticallyAcceptUnknownCertificate: true,
  });
  return certificates;
};

export const connect = async ({ url, folder }: Target, anonymous: boolean): Promise<Connection> => {
  const client = OPCUAClient.create({
    applicationName: 'Benchmark',
    endpointMustExist: false,
    keepSessionAlive: false,
    requestedSessionTimeout: HOUR,
    transportSettings: { receiveBufferSize: BUFFER_SIZE, sendBufferSize: BUFFER_SIZE },
    connectionStrategy: { maxRetry: 0, initialDelay: 50, maxDelay: 100 },
    clientCertificateManager: certificatesIn(folder),
  });
  await client.connect(url);
  const session = await client.createSession(
    anonymous
      ? { type: UserTokenType.Anonymous }
      : { type: UserTokenType.UserName, userName: USERNAME, password: PASSWORD },
  );
  return { client, session };
};

export const disconnect = async ({ client, session }: Connection): Promise<void> => {
  await session.close();
  await client.disconnect();
};
