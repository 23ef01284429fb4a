/** One run of the server over a disk that outlives it: store, use cases, dispatch and workers, without its edges. */
import type { Application } from '../../../src/app/application.ts';
import { createBackground } from '../../../src/app/background.ts';
import { type Commit, createCommit } from '../../../src/app/commit.ts';
import { createApplication } from '../../../src/app/create-application.ts';
import type { ApplicationDeps, Rules } from '../../../src/app/deps.ts';
import { createDispatcher } from '../../../src/app/dispatch/dispatcher.ts';
import type { FileStorage, LiveValues, PrinterDriver, PrinterProbe } from '../../../src/app/ports.ts';
import type { Printer } from '../../../src/domain/printer.ts';
import { createLivePrinters } from '../../../src/opcua/live-printers.ts';
import { createFleet, type FleetSettings } from '../../../src/printers/fleet.ts';
import { createPrinterProbe } from '../../../src/printers/probe.ts';
import type { Disk, DiskFile } from '../../../src/store/disk.ts';
import { type OpenedStore, openStore } from '../../../src/store/open-store.ts';
import { everyKind } from '../drivers.ts';
import { awayReport, cheapHasher, type MemoryLog } from '../fakes.ts';
import type { VirtualTime } from './virtual-time.ts';

export const rules: Rules = {
  autoApprove: false,
  autoSchedule: true,
  maxHeating: 0,
  ageing: 0,
  timeZone: 'UTC',
  maxOpenJobsPerUser: 1000,
  maxOpenJobs: 20_000,
  tokenLifetime: 12 * 3_600_000,
  minPasswordLength: 8,
};

/** The printer's side of one connection to it. */
export type Connect = (printer: Printer, life: AbortSignal) => PrinterDriver;

export interface ServerProcessDeps {
  readonly time: VirtualTime;
  readonly disk: Disk;
  readonly files: FileStorage;
  readonly log: MemoryLog;
  readonly settings: FleetSettings;
  readonly connect: Connect;
  /** Before anything begins. */
  readonly opened?: (store: OpenedStore, commit: Commit) => Promise<void>;
}

export interface ServerProcess {
  readonly application: Application;
  readonly store: OpenedStore;
  readonly live: LiveValues;
  readonly probe: PrinterProbe;
  /** From now on nothing of it happens any more: no stop, no flush. */
  kill(): void;
  readonly life: AbortSignal;
}

const never = new Promise<never>(() => undefined);

/** What a process has asked of the disk has happened or not when it is killed; it hears of nothing any more. */
const diskOf = (disk: Disk, life: AbortSignal): Disk => {
  const alive = async <T>(act: () => Promise<T>): Promise<T> => {
    if (life.aborted) return never;
    const result = await act();
    return life.aborted ? never : result;
  };
  const fileOf = (file: DiskFile): DiskFile => ({
    append: bytes => alive(() => file.append(bytes)),
    sync: () => alive(() => file.sync()),
    truncate: size => alive(() => file.truncate(size)),
    close: () => alive(() => file.close()),
  });
  return {
    makeFolder: folder => alive(() => disk.makeFolder(folder)),
    list: folder => alive(() => disk.list(folder)),
    read: path => alive(() => disk.read(path)),
    create: path => alive(async () => fileOf(await disk.create(path))),
    open: path => alive(async () => fileOf(await disk.open(path))),
    rename: (from, to) => alive(() => disk.rename(from, to)),
    remove: path => alive(() => disk.remove(path)),
    syncFolder: folder => alive(() => disk.syncFolder(folder)),
    lock: folder => alive(() => disk.lock(folder)),
  };
};

export const startServerProcess = async (deps: ServerProcessDeps): Promise<ServerProcess> => {
  const { time, files, log, settings, connect } = deps;
  const life = new AbortController();
  const clock = time.clock(life.signal);
  const store = await openStore({ folder: '/data', disk: diskOf(deps.disk, life.signal), log });
  const commit = createCommit(store, log);
  await deps.opened?.(store, commit);
  const live = createLivePrinters(log);
  const drivers = everyKind(printer => connect(printer, life.signal));
  const probe = createPrinterProbe({ drivers, clock });
  const applicationDeps: ApplicationDeps = {
    store,
    commit,
    live,
    files,
    clock,
    background: createBackground({ log }),
    hasher: cheapHasher(),
    log,
    rules,
    probe,
  };
  // Printers are added before they are powered: their workers identify them.
  const { addPrinter } = createApplication({ ...applicationDeps, probe: { probe: async () => awayReport } });
  const application = { ...createApplication(applicationDeps), addPrinter };
  const dispatcher = createDispatcher(applicationDeps);
  const fleet = createFleet({ store, commit, live, files, clock, log, drivers, settings, random: () => 0.5 });
  await fleet.start();
  await dispatcher.start();
  return {
    application,
    store,
    live,
    probe,
    kill: () => life.abort(new Error('killed')),
    life: life.signal,
  };
};
