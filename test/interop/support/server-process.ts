import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';
import { type Child, type Exit, startChild, tailOf } from './child.ts';

export const ADMIN_PASSWORD = 'interop-admin-password';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const mainFile = join(root, 'src/main.ts');
const killableFile = fileURLToPath(new URL('./killable-server.ts', import.meta.url));

export type ServerSettings = Readonly<Record<string, string>>;

export interface ServerProcess {
  readonly folder: string;
  readonly httpUrl: string;
  readonly opcuaUrl: string;
  readonly logFile: string;
  readonly settings: ServerSettings;
  /**
   * Until it is ready.
   * @param killPoint named in killable-server.ts: the process kills itself there
   */
  start(killPoint?: string): Promise<void>;
  kill(): Promise<void>;
  /** Resolves when the process has ended by itself. */
  ended(): Promise<Exit>;
  /** As an operator would: SIGTERM. Returns how it ended. */
  stop(): Promise<Exit>;
  /** Kills it and starts it again, without a kill point. */
  restart(): Promise<void>;
  isRunning(): boolean;
  log(): string;
}

/** Starts the server with settings that should keep it from running; resolves with how it ended and what it said. */
export const runToEnd = async (
  folder: string,
  settings: ServerSettings,
): Promise<Exit & { readonly output: string }> => {
  const logFile = join(folder, `run-${Date.now()}.log`);
  const child = startChild(process.execPath, [mainFile], {
    logFile,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings },
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const exit = await child.exited;
  clearTimeout(timer);
  return { ...exit, output: readFileSync(logFile, 'utf8') };
};

/** The server as an operator runs it: a process of its own, settings by environment, everything in one folder. */
export const createServerProcess = async (
  folder: string,
  overrides: ServerSettings = {},
): Promise<ServerProcess> => {
  await mkdir(folder, { recursive: true });
  const [httpPort, opcuaPort] = [await freePort(), await freePort()];
  const passwordFile = join(folder, 'admin-password');
  await writeFile(passwordFile, `${ADMIN_PASSWORD}\n`, { mode: 0o600 });
  const logFile = join(folder, 'server.log');
  const settings: ServerSettings = {
    DATABASE_URL: join(folder, 'data'),
    UPLOAD_PATH: join(folder, 'upload'),
    CERTIFICATES_PATH: join(folder, 'certificates'),
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: String(httpPort),
    OPCUA_HOST: '127.0.0.1',
    OPCUA_PORT: String(opcuaPort),
    OPCUA_HOSTNAMES: 'localhost,127.0.0.1',
    ADMIN_PASSWORD_FILE: passwordFile,
    PRINTER_WORKER_INTERVAL: '0.5',
    TIME_ZONE: 'UTC',
    ...overrides,
  };
  const httpUrl = `http://127.0.0.1:${httpPort}`;
  let child: Child | undefined;

  const current = (): Child => {
    if (child === undefined) throw new Error('The server was never started');
    return child;
  };

  const server: ServerProcess = {
    folder,
    httpUrl,
    opcuaUrl: `opc.tcp://127.0.0.1:${opcuaPort}`,
    logFile,
    settings,

    async start(killPoint) {
      const started = startChild(process.execPath, [killPoint === undefined ? mainFile : killableFile], {
        logFile,
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          ...settings,
          ...(killPoint === undefined ? {} : { KILL_POINT: killPoint }),
        },
      });
      child = started;
      await until(
        'the server to be ready',
        async () => {
          if (!started.isRunning()) return 'ended';
          const answer = await fetch(`${httpUrl}/readyz`, { signal: AbortSignal.timeout(2000) });
          return answer.status === 200;
        },
        { timeout: 60_000 },
      );
      if (!started.isRunning()) throw new Error(`The server ended at once:\n${tailOf(logFile)}`);
    },

    async kill() {
      await current().kill('SIGKILL');
    },
    ended: () => current().exited,
    stop: () => current().kill('SIGTERM'),
    async restart() {
      await current().kill('SIGKILL');
      await server.start();
    },
    isRunning: () => child?.isRunning() ?? false,
    log: () => tailOf(logFile),
  };
  return server;
};
