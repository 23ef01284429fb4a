import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { defaultRules } from '../app/deps.ts';
import type { Role } from '../domain/account.ts';
import { loadSettings } from '../settings.ts';
import { logIn } from '../simulation/person.ts';
import { createRobot } from '../simulation/robot.ts';
import { runTour } from '../simulation/tour.ts';
import { createLog } from './log.ts';
import { createServer, type Server } from './server.ts';
import { tokens } from './tokens.ts';

const FOLDER = 'demo-data';
const PASSWORD = 'demo';
const accounts: readonly (readonly [string, Role])[] = [
  ['student', 'user'],
  ['plc', 'machine'],
  ['operator', 'operator'],
  ['admin', 'admin'],
];
const printers = [
  { opcua_name: 'Printer1', model: 'Prusa XL' },
  { opcua_name: 'Printer2', model: 'Prusa MK4S' },
  { opcua_name: 'Printer3', model: 'Voron 2.4' },
].map(printer => ({ ...printer, url: `http://${printer.opcua_name.toLowerCase()}.invalid`, api: 'Mock' }));
/** What the sample is sliced for: Printer2 alone can print it. */
const SLICED_FOR = 'MK4S';

const settingsOf = (environment: Readonly<Record<string, string | undefined>>) =>
  loadSettings({
    DATABASE_URL: join(FOLDER, 'store'),
    UPLOAD_PATH: join(FOLDER, 'upload'),
    CERTIFICATES_PATH: join(FOLDER, 'certificates'),
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: environment.HTTP_PORT,
    OPCUA_HOST: '127.0.0.1',
    OPCUA_HOSTNAMES: '127.0.0.1,localhost',
    OPCUA_PORT: environment.OPCUA_PORT,
    OPCUA_SERVER_URL: 'opc.tcp://mock-server:4840',
    PRINTER_WORKER_INTERVAL: '0.5',
    MOCK_PRINTER_INTERVAL: '0.5',
    MOCK_PRINTER_JOB_TIME: '30',
  }).settings;

export interface Demo {
  readonly server: Server;
  /** One part from file to shelf, told line by line. */
  tour(tell: (line: string, over?: boolean) => void): Promise<void>;
}

/**
 * The server beside a simulated central server, robot and three printers, on loopback, with known passwords and
 * in a folder of its own.
 * @param keep goes on with the data of the last demo
 */
export const createDemo = (
  environment: Readonly<Record<string, string | undefined>>,
  keep: boolean,
): Demo => {
  if (!keep) rmSync(FOLDER, { recursive: true, force: true });
  const settings = settingsOf(environment);
  const log = createLog('info', pino.destination({ dest: join(FOLDER, 'server.log'), mkdir: true }));
  const server = createServer(settings, container => {
    container.registerInstance(tokens.log, log);
    container.registerInstance(tokens.rules, { ...defaultRules, minPasswordLength: PASSWORD.length });
  });
  const robot = createRobot({
    endpointUrl: server.opcuaUrl,
    username: 'plc',
    password: PASSWORD,
    name: 'Robot1',
    storagePlaces: ['Shelf A1', 'Shelf A2', 'Shelf A3', 'Shelf B1', 'Shelf B2', 'Shelf B3'],
    log,
  });

  const prepare = async (): Promise<void> => {
    const application = server.application();
    if (!(await application.needsSetUp())) return;
    for (const [username, role] of accounts) {
      await application.createAccount({ username, password: PASSWORD, role, approvesOwn: false });
    }
    const admin = await logIn(server.httpUrl, 'admin', PASSWORD);
    for (const printer of printers) await admin.addPrinter(printer);
  };

  return {
    server: {
      ...server,
      async start() {
        await server.start();
        await prepare();
        await robot.start();
      },
      async stop() {
        await robot.stop();
        await server.stop();
      },
    },
    tour: tell =>
      runTour({
        httpUrl: server.httpUrl,
        opcuaUrl: server.opcuaUrl,
        password: PASSWORD,
        printerModel: SLICED_FOR,
        tell,
      }),
  };
};
