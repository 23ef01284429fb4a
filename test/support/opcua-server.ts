import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import type { Application, Figures } from '../../src/app/application.ts';
import type { Commit, Listener } from '../../src/app/commit.ts';
import type { Log, Store } from '../../src/app/ports.ts';
import type { Actor, Role } from '../../src/domain/account.ts';
import { type ModelMethodName, methodTable } from '../../src/opcua/model-ids.ts';
import { createOpcuaServer, type OpcuaServer } from '../../src/opcua/server/server.ts';
import type { OpcuaSettings } from '../../src/opcua/server/settings.ts';

export const opcuaSettings = (certificatesFolder: string): OpcuaSettings => ({
  host: '127.0.0.1',
  port: 0,
  hostnames: ['127.0.0.1'],
  certificatesFolder,
  anonymous: true,
  acceptUnknownCertificates: true,
  maxSessions: 50,
  maxSessionsPerAddress: 50,
  sessionDiagnostics: false,
  jobNodes: 50,
  version: '1.2.3',
});

export interface LogEntry {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

export const recordingLog = (entries: LogEntry[] = []): Log & { readonly entries: LogEntry[] } => {
  const at = (level: string) => (fields: object, message: string) => {
    entries.push({ level, fields, message });
  };
  return {
    entries,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => recordingLog(entries),
  };
};

/** A folder of its own that is removed in the end. */
export const temporaryFolder = async (): Promise<AsyncDisposable & { readonly path: string }> => {
  const path = await mkdtemp(join(tmpdir(), 'mes-opcua-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
};

/** Password of every account of these tests. */
export const PASSWORD = 'right password';

const noFigures: Figures = {
  accepting: true,
  jobsToApprove: 0,
  jobsWaiting: 0,
  jobsPrinting: 0,
  jobsUnknown: 0,
  pickupsWaiting: 0,
  printersOnline: 0,
  printersReady: 0,
};

/** An account for each role, named after it; every other call fails unless it is given. */
export const scriptedApplication = (calls: Partial<Application>): Application =>
  new Proxy(calls as Application, {
    get: (target, name: keyof Application) => {
      if (name in target) return target[name];
      if (name === 'authenticate') {
        return async (username: string, password: string): Promise<Actor | undefined> =>
          password === PASSWORD
            ? { accountId: `id-${username}`, username, role: username as Role, approvesOwn: false }
            : undefined;
      }
      if (name === 'figures') return async () => noFigures;
      return async () => {
        throw new Error(`${name} is not expected to be called`);
      };
    },
  });

export const silentCommit = (listeners: Listener[] = []): Commit =>
  Object.assign(
    async () => {
      throw new Error('Nothing is committed here');
    },
    {
      listen: (_name: string, listener: Listener) => {
        listeners.push(listener);
        return () => {
          listeners.splice(listeners.indexOf(listener), 1);
        };
      },
    },
  ) as Commit;

const emptyStore: Store = {
  get: async () => undefined,
  find: async () => [],
  count: async () => 0,
  transaction: async () => {
    throw new Error('Nothing is stored here');
  },
};

export interface ServerOptions {
  readonly application: Application;
  readonly settings: OpcuaSettings;
  readonly commit?: Commit;
  readonly log?: Log;
  readonly throttle?: LogInThrottle;
}

/** A real server whose store is empty and whose printers say nothing. */
export const opcuaServer = ({
  application,
  settings,
  commit = silentCommit(),
  log = recordingLog(),
  throttle = createLogInThrottle(),
}: ServerOptions): OpcuaServer =>
  createOpcuaServer({
    application,
    throttle,
    store: emptyStore,
    commit,
    live: { write: () => {}, read: () => undefined, onChange: () => () => {} },
    central: () => ({ enabled: false, connected: false, lastPush: null }),
    clock: { now: () => new Date(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
    log,
    settings,
  });

export interface ConnectOptions {
  readonly url: string;
  readonly pki: string;
  readonly securityMode?: MessageSecurityMode;
  readonly securityPolicy?: SecurityPolicy;
  readonly keepSessionAlive?: boolean;
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
