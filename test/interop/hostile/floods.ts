/** What hostile and careless clients do, each until it is told to stop. */
import { connect as connectSocket, type Socket } from 'node:net';
import {
  AttributeIds,
  type ClientSession,
  DataType,
  MessageSecurityMode,
  makeBrowsePath,
  OPCUACertificateManager,
  OPCUAClient,
  PublishRequest,
  SecurityPolicy,
  UserTokenType,
} from 'node-opcua';

export interface Target {
  readonly url: string;
  /** For the clients' own certificates. */
  readonly pki: string;
  readonly goesOn: () => boolean;
}

interface RawSession {
  publish(request: PublishRequest): Promise<unknown>;
  createSubscription(request: object): Promise<{ subscriptionId: number }>;
  createMonitoredItems(request: object): Promise<{ results: { monitoredItemId: number }[] | null }>;
  deleteMonitoredItems(request: object): Promise<unknown>;
}

let manager: OPCUACertificateManager | undefined;

const connected = async ({ url, pki }: Target, options: object = {}): Promise<OPCUAClient> => {
  manager ??= new OPCUACertificateManager({ rootFolder: pki, automaticallyAcceptUnknownCertificate: true });
  const client = OPCUAClient.create({
    applicationName: 'Test',
    endpointMustExist: false,
    keepSessionAlive: false,
    connectionStrategy: { maxRetry: 0, initialDelay: 50, maxDelay: 100 },
    clientCertificateManager: manager,
    ...options,
  });
  await client.connect(url);
  return client;
};

/** Many at once, each again and again; whoever is thrown out comes back. */
const keepBusy = async (target: Target, workers: number, work: () => Promise<unknown>): Promise<number> => {
  let count = 0;
  const worker = async (): Promise<void> => {
    while (target.goesOn()) {
      await work().catch(() => new Promise(resolve => setTimeout(resolve, 20)));
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return count;
};

const bySessions =
  (
    sessions: number,
    inFlight: number,
    work: (session: ClientSession, client: OPCUAClient) => Promise<unknown>,
  ) =>
  async (target: Target): Promise<number> => {
    let count = 0;
    const one = async (): Promise<void> => {
      while (target.goesOn()) {
        const client = await connected(target).catch(() => undefined);
        if (client === undefined) continue;
        let isThere = true;
        client.once('connection_lost', () => {
          isThere = false;
        });
        try {
          const session = await client.createSession();
          count += await keepBusy({ ...target, goesOn: () => target.goesOn() && isThere }, inFlight, () =>
            work(session, client),
          );
        } catch {
          await new Promise(resolve => setTimeout(resolve, 20));
        }
        await client.disconnect().catch(() => {});
      }
    };
    await Promise.all(Array.from({ length: sessions }, one));
    return count;
  };

const many = <T>(length: number, value: T): T[] => Array.from({ length }, () => value);

const items = async (session: ClientSession): Promise<void> => {
  const raw = session as unknown as RawSession;
  const { subscriptionId } = await raw.createSubscription({
    requestedPublishingInterval: 1000,
    requestedLifetimeCount: 100,
    requestedMaxKeepAliveCount: 10,
    publishingEnabled: true,
  });
  for (let round = 0; round < 5; round += 1) {
    const { results } = await raw.createMonitoredItems({
      subscriptionId,
      timestampsToReturn: 2,
      itemsToCreate: many(900, 0).map((_, clientHandle) => ({
        itemToMonitor: { nodeId: 'i=2258', attributeId: AttributeIds.Value },
        monitoringMode: 2,
        requestedParameters: { clientHandle, samplingInterval: 50, queueSize: 100 },
      })),
    });
    const monitoredItemIds = (results ?? []).map(({ monitoredItemId }) => monitoredItemId);
    await raw.deleteMonitoredItems({ subscriptionId, monitoredItemIds });
  }
};

const secure = {
  securityMode: MessageSecurityMode.SignAndEncrypt,
  securityPolicy: SecurityPolicy.Basic256Sha256,
};

/** Says nothing, or reads nothing of what it asked for. */
const holdSockets = async (target: Target, count: number, hello: Buffer): Promise<number> => {
  const { hostname, port } = new URL(target.url.replace('opc.tcp', 'http'));
  const sockets = new Set<Socket>();
  while (target.goesOn()) {
    while (sockets.size < count) {
      const socket = connectSocket(Number(port), hostname, () => socket.write(hello));
      sockets.add(socket);
      socket.pause();
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  for (const socket of sockets) socket.destroy();
  return count;
};

const longRead = many(1000, { nodeId: 'i=2255', attributeId: AttributeIds.Value });
const longBrowse = many(100, 'i=85');
const longTranslate = many(
  200,
  makeBrowsePath('RootFolder', '/Objects/Server/ServerStatus/BuildInfo/ProductName'),
);
const longCall = many(20, {
  objectId: 'i=2253',
  methodId: 'i=11492',
  inputArguments: [{ dataType: DataType.UInt32, value: 1 }],
});

export const floods: Readonly<Record<string, (target: Target) => Promise<number>>> = {
  Read: bySessions(4, 8, session => session.read(longRead)),
  Browse: bySessions(4, 8, session => session.browse(longBrowse)),
  TranslateBrowsePaths: bySessions(4, 8, session => session.translateBrowsePath(longTranslate)),
  Call: bySessions(4, 8, session => session.call(longCall as never)),
  Publish: bySessions(2, 200, session => (session as unknown as RawSession).publish(new PublishRequest({}))),
  CreateMonitoredItems: bySessions(4, 1, items),
  CreateSession: bySessions(4, 4, async (_, client) => (await client.createSession()).close()),
  'wrong passwords': bySessions(4, 4, (_, client) =>
    client.createSession({ type: UserTokenType.UserName, userName: 'admin', password: 'wrong' }),
  ),
  OpenSecureChannel: target =>
    keepBusy(target, 8, async () => (await connected(target, secure)).disconnect()),
  'half-open connections': target => holdSockets(target, 150, Buffer.alloc(0)),
  'half a message': target => holdSockets(target, 100, Buffer.from('HELF\xff\x00\x00\x00', 'latin1')),
};
