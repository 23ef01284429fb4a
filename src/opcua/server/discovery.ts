import {
  type EndpointDescription,
  MdnsDiscoveryConfiguration,
  MessageSecurityMode,
  type OPCUACertificateManager,
  OPCUAClient,
  RegisterServer2Request,
  RegisterServerRequest,
  type Request,
  type Response,
  SecurityPolicy,
  ServiceFault,
  StatusCodes,
} from 'node-opcua';
import type { OPCUAServer } from 'node-opcua-server';
import { elapsed } from '../../app/elapsed.ts';
import type { Clock, Log } from '../../app/ports.ts';
import { createRepeating, type Repeating } from '../../app/repeating.ts';

/** ms; a discovery server forgets who does not register anew (OPC 10000-4, 5.5.5: at most 10 minutes apart). */
const EVERY = 8 * 60_000;
/** ms to the next try after one that failed. */
const RETRY = 30_000;
/** ms for a connection or an answer. */
const TIME_LIMIT = 5000;

export interface DiscoveryDeps {
  readonly server: OPCUAServer;
  readonly manager: OPCUACertificateManager;
  /** Of the discovery server. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The client's own way to send a service that it has no method for. */
interface Transactions {
  performMessageTransaction(
    request: Request,
    callback: (error: Error | null, response?: Response) => void,
  ): void;
}

const send = (client: OPCUAClient, request: Request): Promise<Response> =>
  new Promise((resolve, reject) => {
    (client as unknown as Transactions).performMessageTransaction(request, (error, response) => {
      if (error !== null) return reject(error);
      if (response === undefined) return reject(new Error('The discovery server gave no answer.'));
      resolve(response);
    });
  });

const clientOf = (
  { server, manager }: DiscoveryDeps,
  security: Partial<Parameters<typeof OPCUAClient.create>[0]>,
): OPCUAClient =>
  OPCUAClient.create({
    applicationName: 'MES Printing Server',
    applicationUri: server.serverInfo.applicationUri ?? '',
    certificateFile: server.certificateFile,
    privateKeyFile: server.privateKeyFile,
    clientCertificateManager: manager,
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 1000 },
    defaultTransactionTimeout: TIME_LIMIT,
    transportTimeout: TIME_LIMIT,
    ...security,
  });

const strengthOf = ({ securityMode, securityLevel }: EndpointDescription): number =>
  securityMode * 1000 + securityLevel;

/** The best protected of those that node-opcua can use; discovery servers rarely take others (5.5.5). */
const bestOf = (endpoints: readonly EndpointDescription[]): EndpointDescription | undefined =>
  endpoints
    .filter(
      ({ securityMode, securityPolicyUri }) =>
        securityMode !== MessageSecurityMode.Invalid &&
        Object.values(SecurityPolicy).includes(securityPolicyUri as SecurityPolicy),
    )
    .toSorted((left, right) => strengthOf(right) - strengthOf(left))[0];

const registrationOf = (server: OPCUAServer, isOnline: boolean) => ({
  serverUri: server.serverInfo.applicationUri,
  productUri: server.serverInfo.productUri,
  serverNames: [{ locale: 'en', text: server.serverInfo.applicationName.text }],
  serverType: server.serverType,
  discoveryUrls: server.getDiscoveryUrls(),
  gatewayServerUri: null,
  isOnline,
  semaphoreFilePath: null,
});

const check = (response: Response): void => {
  const { serviceResult } = response.responseHeader;
  if (serviceResult.isNot(StatusCodes.Good) || response instanceof ServiceFault) {
    throw new Error(`The discovery server refused the registration: ${serviceResult.name}.`);
  }
};

const register = async (deps: DiscoveryDeps, isOnline: boolean): Promise<void> => {
  const { server, url } = deps;
  const asking = clientOf(deps, { endpointMustExist: false });
  let endpoint: EndpointDescription | undefined;
  try {
    await asking.connect(url);
    endpoint = bestOf(await asking.getEndpoints());
  } finally {
    await asking.disconnect();
  }
  if (endpoint === undefined) throw new Error('The discovery server has no endpoint that can be used.');
  const client = clientOf(deps, {
    securityMode: endpoint.securityMode,
    securityPolicy: endpoint.securityPolicyUri as SecurityPolicy,
    serverCertificate: endpoint.serverCertificate,
    endpointMustExist: false,
  });
  try {
    await client.connect(endpoint.endpointUrl ?? url);
    const registration = registrationOf(server, isOnline);
    const discoveryConfiguration = [
      new MdnsDiscoveryConfiguration({
        mdnsServerName: server.serverInfo.applicationUri,
        serverCapabilities: server.capabilitiesForMDNS,
      }),
    ];
    try {
      check(await send(client, new RegisterServer2Request({ server: registration, discoveryConfiguration })));
    } catch {
      // Older ones know the first service alone.
      check(await send(client, new RegisterServerRequest({ server: registration })));
    }
  } finally {
    await client.disconnect();
  }
};

/**
 * Registers the server with the discovery server of the site, again and again, and takes the registration back at
 * the end. node-opcua's own registration counts one that failed as done.
 */
export const createRegistration = (deps: DiscoveryDeps): Repeating => {
  const { url, log, clock } = deps;
  let registered: boolean | undefined;
  let due = 0;

  const repeating = createRepeating({
    clock,
    log,
    every: RETRY,
    what: 'The registration with the discovery server',
    round: async () => {
      const now = elapsed(clock);
      if (now < due) return;
      try {
        await register(deps, true);
        if (registered !== true) log.info({ url }, 'Registered with the discovery server');
        registered = true;
        due = now + EVERY;
      } catch (error) {
        if (registered !== false) log.warn({ err: error, url }, 'Not registered with the discovery server');
        registered = false;
      }
    },
  });

  return {
    start: () => repeating.start(),
    async stop() {
      await repeating.stop();
      if (registered !== true) return;
      registered = undefined;
      await register(deps, false).catch(error =>
        log.warn({ err: error, url }, 'The registration with the discovery server was not taken back'),
      );
    },
  };
};
