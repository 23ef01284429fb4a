import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CallMethodResult,
  type ClientSession,
  DataType,
  type MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  type SecurityPolicy,
  UserTokenType,
  type VariantOptions,
} from 'node-opcua';
import { createLogInThrottle, type LogInThrottle } from '../../src/app/accounts/log-in-throttle.ts';
import type { Application } from '../../src/app/application.ts';
import type { CentralStatus, Clock, DiskSpace } from '../../src/app/ports.ts';
import { type ModelMethodName, methodTable } from '../../src/opcua/model-ids.ts';
import { createOpcuaServer, type OpcuaServer } from '../../src/opcua/server/server.ts';
import type { OpcuaSettings } from '../../src/opcua/server/settings.ts';
import { PASSWORD, type TestApp } from './app.ts';

export const opcuaSettings = (certificatesFolder: string): OpcuaSettings => ({
  host: '127.0.0.1',
  port: 0,
  hostnames: ['127.0.0.1'],
  certificatesFolder,
  anonymous: true,
  acceptUnknownCertificates: true,
  discoveryUrl: '',
  maxSessions: 50,
  maxSessionsPerAddress: 50,
  sessionDiagnostics: false,
  jobNodes: 50,
  version: '1.2.3',
});

export interface ServerOptions {
  readonly app: TestApp;
  readonly settings: OpcuaSettings;
  /** In the place of the app's, for answers that it cannot be brought to give. */
  readonly application?: Application;
  readonly throttle?: LogInThrottle;
  /** Absent: one that runs. */
  readonly clock?: Clock;
  /** Absent: there is no central server. */
  readonly central?: () => CentralStatus;
  readonly diskSpace?: DiskSpace;
}

/** A real server of the app, with a clock that runs. */
export const opcuaServer = ({
  app,
  settings,
  application = app.application,
  throttle = createLogInThrottle(),
  clock = { now: () => new Date(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
  central = () => ({ enabled: false, connected: false, lastPush: null }),
  diskSpace,
}: ServerOptions): OpcuaServer =>
  createOpcuaServer({
    application,
    throttle,
    store: app.store,
    commit: app.commit,
    live: app.live,
    central,
    ...(diskSpace && { diskSpace }),
    clock,
    log: app.log,
    settings,
  });

export interface ConnectOptions {
  readonly url: string;
  readonly pki: string;
  readonly securityMode?: MessageSecurityMode;
  readonly securityPolicy?: SecurityPolicy;
  readonly keepSessionAlive?: boolean;
  /** Absent: a certificate of the client's own making. */
  readonly certificateFile?: string;
  readonly privateKeyFile?: string;
  /** ms */
  readonly requestedSessionTimeout?: number;
  /** Absent: a connection that broke stays broken. */
  readonly connectionStrategy?: { readonly maxRetry: number; readonly initialDelay: number };
}

export const connect = async ({ url, pki, ...others }: ConnectOptions): Promise<OPCUAClient> => {
  const client = OPCUAClient.create({
    applicationName: 'Test',
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0, initialDelay: 50, maxDelay: 100 },
    clientCertificateManager: new OPCUACertificateManager({
      rootFolder: pki,
      automaticallyAcceptUnknownCertificate: true,
    }),
    ...others,
  });
  try {
    await client.connect(url);
  } catch (error) {
    await client.disconnect();
    throw error;
  }
  return client;
};

export const logIn = (
  client: OPCUAClient,
  userName: string,
  password: string = PASSWORD,
): Promise<ClientSession> => client.createSession({ type: UserTokenType.UserName, userName, password });

/** Values in the order of the declared inputs. */
export const callMethod = (
  session: ClientSession,
  name: ModelMethodName,
  values: readonly unknown[],
): Promise<CallMethodResult> => {
  const { object, nodeId, inputs } = methodTable[name];
  return session.call({
    objectId: `ns=3;s=${object}`,
    methodId: nodeId,
    inputArguments: inputs.map(
      ({ dataType }, index): VariantOptions => ({ dataType: DataType[dataType], value: values[index] }),
    ),
  });
};

/** The outputs by name. */
export const outputsOf = (name: ModelMethodName, result: CallMethodResult): Record<string, unknown> =>
  Object.fromEntries(
    methodTable[name].outputs.map((output, index) => [
      output.name,
      result.outputArguments?.[index]?.value as unknown,
    ]),
  );
