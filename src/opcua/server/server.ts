import { MessageSecurityMode, SecurityPolicy } from 'node-opcua';
import type { OPCUAServer, OPCUAServerOptions } from 'node-opcua-server';
import type { LogInThrottle } from '../../app/accounts/log-in-throttle.ts';
import type { Application } from '../../app/application.ts';
import type { Commit } from '../../app/commit.ts';
import type { CentralStatus, Clock, DiskSpace, LiveValues, Log, Store } from '../../app/ports.ts';
import { installAccess } from '../access/install-access.ts';
import { createHistory } from '../history/history.ts';
import { answerHistoryReads } from '../history/read-history.ts';
import { callMethodsDirectly } from '../methods/call-methods.ts';
import { installMethods } from '../methods/install-methods.ts';
import type { Installed } from '../nodes/follow-commits.ts';
import { installNodes } from '../nodes/install-nodes.ts';
import { nodesetFiles } from '../nodesets.ts';
import { auditOperations } from './audit.ts';
import { acceptUnknown, type Certificates, keepRejectedSmall, openCertificates } from './certificates.ts';
import { createRegistration } from './discovery.ts';
import { offerUserTokens } from './endpoints.ts';
import { FairServer } from './fair-server.ts';
import { guardAgainstFloods } from './flood-guard.ts';
import { limitHandshakes } from './handshake-guard.ts';
import { findLargeValues } from './large-values.ts';
import { logLibraryMessages } from './library-log.ts';
import { defaultLimits, limitDecoder, serverCapabilities, transportLimits } from './limits.ts';
import { certificateFault } from './own-certificate.ts';
import { keepSessionDiagnosticsForAdmins, removeSessionDiagnostics } from './session-diagnostics.ts';
import { createSessions } from './sessions.ts';
import type { OpcuaSettings } from './settings.ts';
import { watchSockets } from './sockets.ts';

export interface OpcuaServerDeps {
  readonly application: Application;
  /** The same as the other edges have. */
  readonly throttle: LogInThrottle;
  readonly store: Store;
  readonly commit: Commit;
  readonly live: LiveValues;
  readonly central: () => CentralStatus;
  /** For the alarm; absent: no disk is watched. */
  readonly diskSpace?: DiskSpace;
  readonly clock: Clock;
  /** Whether dispatch runs and the store can be written, for the heartbeat; absent: nothing says otherwise. */
  readonly healthy?: () => boolean;
  readonly log: Log;
  readonly settings: OpcuaSettings;
}

export interface OpcuaServer {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Once started. */
  endpointUrl(): string;
  /** What is wrong with its certificate, and what to do; '' when nothing is, or it is not started. */
  certificateFault(): string;
}

/** ms; the contract's bound for an answer. */
const CALL_TIME_LIMIT = 2000;
/** ms that a connection may be silent: longer than clients take to renew their security tokens. */
const IDLE_LIMIT = 2 * 3_600_000;
/** ms that connected clients have to see that the server goes. */
const SHUTDOWN_DELAY = 200;

/** The OPC UA server: its address space is the public face of the lab's printers and jobs. */
export const createOpcuaServer = (deps: OpcuaServerDeps): OpcuaServer => {
  const { application, commit, settings } = deps;
  const log = deps.log.child({ part: 'opcua' });
  const endings: (() => void | Promise<void>)[] = [];
  let certificates: Certificates | undefined;
  let nodes: Installed | undefined;
  let server: OPCUAServer | undefined;

  const build = async (): Promise<OPCUAServer> => {
    const { certificatesFolder, hostnames, maxSessions } = settings;
    const [hostname = 'localhost', ...alternateHostname] = hostnames;
    certificates = await openCertificates(certificatesFolder, hostnames, () => deps.clock.now());
    const fault = certificateFault(certificates.own, deps.clock.now());
    if (fault !== '') log.warn({}, fault);
    const sessions = createSessions(application, deps.throttle, deps.clock, log);
    const bounds = { ...defaultLimits, ...settings.limits };
    limitDecoder(bounds);
    logLibraryMessages(log);

    const options: OPCUAServerOptions = {
      host: settings.host,
      port: settings.port,
      hostname,
      alternateHostname,
      securityPolicies: [
        SecurityPolicy.None,
        SecurityPolicy.Basic256Sha256,
        SecurityPolicy.Aes128_Sha256_RsaOaep,
        SecurityPolicy.Aes256_Sha256_RsaPss,
      ],
      securityModes: [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
      allowAnonymous: settings.anonymous,
      serverCertificateManager: certificates.manager,
      certificateFile: certificates.certificateFile,
      serverInfo: {
        applicationUri: certificates.own.uri,
        applicationName: { text: 'MES Printing Server', locale: 'en' },
        productUri: 'urn:MesPrintingServer',
      },
      buildInfo: {
        productName: 'MES Printing Server',
        productUri: 'urn:MesPrintingServer',
        manufacturerName: 'MES Printing Server',
        softwareVersion: settings.version,
        buildNumber: settings.version,
      },
      nodesets: [...nodesetFiles],
      userManager: sessions.userManager,
      unresolvedPermissionPolicy: 'deny',
      isAuditing: true,
      serverCapabilities: serverCapabilities(maxSessions, bounds),
      maxConnectionsPerEndpoint: maxSessions + 50,
      timeout: IDLE_LIMIT,
      transportSettings: { adjustTransportLimits: transportLimits(bounds) },
    };
    const limits = {
      ...bounds,
      sessions: maxSessions,
      sessionsPerAddress: settings.maxSessionsPerAddress,
    };
    const made = new FairServer(options, certificatesFolder, limits, log);
    made.logInByCertificate = sessions.logInByCertificate;
    made.setRolePolicyOverride(sessions.rolePolicy);
    await made.initialize();
    const { addressSpace } = made.engine;
    if (addressSpace === null) throw new Error('node-opcua made no address space.');
    made.sizeOf = findLargeValues(addressSpace);

    if (settings.sessionDiagnostics) keepSessionDiagnosticsForAdmins(made, addressSpace);
    else removeSessionDiagnostics(addressSpace);
    installAccess(addressSpace);
    installMethods(addressSpace, { application, log, timeLimit: CALL_TIME_LIMIT }, sessions.actorOf);
    callMethodsDirectly(made, addressSpace, log);
    const history = createHistory(settings.historyValues ?? 0);
    answerHistoryReads(made, addressSpace, history);
    auditOperations(made, addressSpace, deps.clock, log);

    nodes = installNodes({
      ...deps,
      addressSpace,
      actorOf: sessions.actorOf,
      healthy: deps.healthy ?? (() => true),
      version: settings.version,
      jobNodes: settings.jobNodes,
      history,
      certificateFile: certificates.certificateFile,
      ...(settings.maxOpenJobs !== undefined && { maxOpenJobs: settings.maxOpenJobs }),
      log,
    });

    const sockets = watchSockets(made);
    made.socketOf = sockets.of;
    offerUserTokens(made, settings.anonymous);
    acceptUnknown(made, settings.acceptUnknownCertificates, deps.clock, log);
    const pruning = keepRejectedSmall(certificatesFolder, deps.clock, log);
    await pruning.start();
    endings.push(
      sockets.end,
      () => pruning.stop(),
      limitHandshakes(made),
      guardAgainstFloods(made, sockets, bounds.unread, log),
      sessions.watchAccounts(made, commit),
    );
    return made;
  };

  const registerForDiscovery = async (started: OPCUAServer): Promise<void> => {
    const { discoveryUrl: url } = settings;
    if (url === '' || certificates === undefined) return;
    const registration = createRegistration({
      server: started,
      manager: certificates.manager,
      url,
      clock: deps.clock,
      log,
    });
    await registration.start();
    endings.push(() => registration.stop());
  };

  const stop = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
    await nodes?.stop();
    nodes = undefined;
    await server?.shutdown(SHUTDOWN_DELAY);
    server = undefined;
    await certificates?.manager.dispose();
    certificates = undefined;
  };

  return {
    async start() {
      try {
        server = await build();
        await nodes?.start();
        await server.start();
        await registerForDiscovery(server);
      } catch (error) {
        await stop();
        throw error;
      }
      log.info({ url: server.getEndpointUrl() }, 'OPC UA is ready');
    },
    stop,
    endpointUrl() {
      if (server === undefined) throw new Error('The OPC UA server is not started.');
      return server.getEndpointUrl();
    },
    certificateFault: () =>
      certificates === undefined ? '' : certificateFault(certificates.own, deps.clock.now()),
  };
};
