/** The whole server as `npm start` runs it, on a data folder of its own; its printers are read by nobody. */
import { join } from 'node:path';
import type { DependencyContainer } from 'tsyringe';
import type { PrinterDriver } from '../../src/app/ports.ts';
import { createServer } from '../../src/compose/server.ts';
import { tokens } from '../../src/compose/tokens.ts';
import type { PrinterSnapshot } from '../../src/domain/printer.ts';
import { loadSettings } from '../../src/settings/load.ts';
import { driversFor } from '../../test/support/drivers.ts';
import { PASSWORD, printerNames, readingOf, USERNAME } from '../support/lab.ts';
import { serveControls } from './controls.ts';

const {
  port,
  folder,
  settings: others,
} = JSON.parse(process.argv[2] ?? '') as {
  port: number;
  folder: string;
  settings: Readonly<Record<string, string>>;
};

/** Busy with something of its own: it answers, and takes no job. */
const snapshotOf = (printer: number, n: number): PrinterSnapshot => {
  const reading = readingOf(printer, n);
  return {
    state: 'busy',
    message: '',
    nozzle: { actual: reading['Nozzle/Actual'], target: 200 },
    bed: { actual: reading['Bed/Actual'], target: 60 },
    head: { x: reading['Head/X'], y: reading['Head/Y'], z: reading['Head/Z'] },
    job: null,
    filament: null,
    time: new Date().toISOString(),
  };
};

const never = async (): Promise<never> => {
  throw new Error('No job goes to the printers of the benchmark.');
};
const busyPrinter = (printer: number): PrinterDriver => ({
  capabilities: { pause: false, resume: false, camera: false, filament: false, push: false },
  identify: never,
  watch: () => {},
  read: async () => snapshotOf(printer, 0),
  upload: never,
  start: never,
  pause: never,
  resume: never,
  cancel: never,
  remove: async () => {},
  outcomeOf: never,
  close: async () => {},
});

const { settings } = loadSettings({
  DATABASE_URL: join(folder, 'store'),
  UPLOAD_PATH: join(folder, 'upload'),
  CERTIFICATES_PATH: join(folder, 'certificates'),
  HTTP_PORT: '0',
  OPCUA_HOST: '127.0.0.1',
  OPCUA_HOSTNAMES: '127.0.0.1',
  OPCUA_PORT: String(port),
  MAX_OPEN_JOBS: '1000000',
  // The runner writes the values itself, as the workers would.
  PRINTER_WORKER_INTERVAL: '86400',
  ...others,
});

let container: DependencyContainer | undefined;
const server = createServer(settings, made => {
  container = made;
  made.registerInstance(tokens.drivers, driversFor({ Mock: printer => busyPrinter(printer.id) }));
});
await server.start();
if (container === undefined) throw new Error('The server has no container.');
const application = server.application();
if (await application.needsSetUp()) {
  await application.createAccount({ username: USERNAME, password: PASSWORD, role: 'machine' });
}

const live = container.resolve(tokens.live);
const store = container.resolve(tokens.store);
const commit = container.resolve(tokens.commit);
const lastJob = (await store.get('counters', 'jobs'))?.last ?? 0;
const AT_ONCE = 500;

serveControls({
  change(n) {
    printerNames.forEach((name, index) => {
      live.write(name, snapshotOf(index + 1, n));
    });
  },
  async reset() {
    for (;;) {
      const jobs = await store.find('jobs', { after: lastJob, limit: AT_ONCE });
      const requests = await store.find('requests', { limit: AT_ONCE });
      if (jobs.length === 0 && requests.length === 0) return;
      await commit({ actor: 'server', reason: 'The measurement is over.' }, async tx => {
        for (const { id } of jobs) tx.delete('jobs', id);
        for (const { id } of requests) tx.delete('requests', id);
      });
    }
  },
});
