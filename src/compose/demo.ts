import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DependencyContainer } from 'tsyringe';
import type { Role } from '../domain/account.ts';
import { onPrinterStatuses } from '../domain/job-status.ts';
import type { Settings } from '../settings/definitions.ts';
import { loadSettings } from '../settings/load.ts';
import { logIn } from '../simulation/person.ts';
import { createRobot, type Robot } from '../simulation/robot.ts';
import { runTour } from '../simulation/tour.ts';
import { nodeDisk } from '../store/disk.ts';
import { rulesOf } from './application.ts';
import { checkPorts } from './check-ports.ts';
import { createLog, logFile } from './log.ts';
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
/** What the sample is sliced for: one printer alone can print it. */
const SLICED_FOR = 'MK4S';
const PRINTS_IT = 'Printer2';

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

type Tell = (line: string, over?: boolean) => void;

export interface Demo {
  readonly server: Server;
  /** One part from file to shelf, told line by line. */
  tour(tell: Tell): Promise<void>;
}

/** Nothing is taken from under a demo that still runs. @throws Error that says who holds it */
const clear = async (settings: Settings): Promise<void> => {
  await checkPorts(settings);
  const store = join(FOLDER, 'store');
  if (existsSync(store)) await (await nodeDisk.lock(store)).release();
  rmSync(FOLDER, { recursive: true, force: true });
};

/** A robot's shelf, so large that a long demo fills no place twice. */
const storagePlaces = [...'ABCDEFGH'].flatMap(row =>
  Array.from({ length: 12 }, (_, place) => `Shelf ${row}${place + 1}`),
);

/**
 * The server beside a simulated central server, robot and three printers, on loopback, with known passwords and
 * in a folder of its own.
 * @param keep goes on with the data of the last demo
 */
export const createDemo = async (
  environment: Readonly<Record<string, string | undefined>>,
  keep: boolean,
): Promise<Demo> => {
  const settings = settingsOf(environment);
  if (!keep) await clear(settings);
  let scope: DependencyContainer | undefined;
  const log = createLog('info', logFile(join(FOLDER, 'server.log')));
  const server = createServer(settings, container => {
    scope = container;
    container.registerInstance(tokens.log, log);
    container.registerInstance(tokens.rules, { ...rulesOf(settings), minPasswordLength: PASSWORD.length });
  });
  let robot: Robot | undefined;

  /** Goes on with the shelf where the last demo's robot ended. */
  const startRobot = async (): Promise<void> => {
    const filled =
      (await scope?.resolve(tokens.store).count('jobs', { status: ['picked', 'collected'] })) ?? 0;
    robot = createRobot({
      endpointUrl: server.opcuaUrl,
      username: 'plc',
      password: PASSWORD,
      name: 'Robot1',
      storagePlaces: storagePlaces.slice(filled % storagePlaces.length),
      log,
    });
    await robot.start();
  };

  const prepare = async (): Promise<void> => {
    const application = server.application();
    if (!(await application.needsSetUp())) return;
    for (const [username, role] of accounts) {
      await application.createAccount({ username, password: PASSWORD, role, approvesOwn: false });
    }
    const admin = await logIn(server.httpUrl, 'admin', PASSWORD);
    for (const printer of printers) await admin.addPrinter(printer);
  };

  /** Prints that an earlier demo was killed in. */
  const tellFound = async (tell: Tell): Promise<void> => {
    const store = scope?.resolve(tokens.store);
    for (const { id, status, printer } of (await store?.find('jobs', {
      where: { status: onPrinterStatuses },
    })) ?? []) {
      tell(`Job ${id} of the last demo is ${status} on ${printer}: it is followed, not started again.`);
    }
  };

  const tellCentral = (tell: Tell): void => {
    const values = scope?.resolve(tokens.simulatedCentral)?.read(PRINTS_IT);
    const shown = ['state', 'nozzle/actual', 'bed/actual', 'job/file'].map(
      path => `${path} ${JSON.stringify(values?.get(path)?.value ?? null)}`,
    );
    tell(`The central server holds of ${PRINTS_IT}: ${shown.join(', ')}.`);
  };

  return {
    server: {
      ...server,
      async start() {
        await server.start();
        await prepare();
        await startRobot();
      },
      async stop() {
        await robot?.stop();
        await server.stop();
      },
    },
    async tour(tell) {
      await tellFound(tell);
      await runTour({
        httpUrl: server.httpUrl,
        opcuaUrl: server.opcuaUrl,
        password: PASSWORD,
        printerModel: SLICED_FOR,
        tell,
      });
      tellCentral(tell);
    },
  };
};
