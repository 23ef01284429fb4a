import { createLivePrinters } from '../../src/opcua/live-printers.ts';
/** An Application over a real store on a disk in memory, with an account of each role and fakes at the edges. */

import type { AddPrinterCommand, Application, SubmitJobCommand } from '../../src/app/application.ts';
import { createBackground } from '../../src/app/background.ts';
import { createCommit, type Publication } from '../../src/app/commit.ts';
import { createApplication } from '../../src/app/create-application.ts';
import type { ApplicationDeps, Rules } from '../../src/app/deps.ts';
import { tallyOrders } from '../../src/app/orders/tally-orders.ts';
import type {
  Cameras,
  Clock,
  CollectionName,
  Collections,
  FileStorage,
  KeyAskers,
  LiveValues,
  MockSimulations,
  PasswordHasher,
  PrinterProbe,
  Store,
} from '../../src/app/ports.ts';
import { type Actor, actorOf, type Role } from '../../src/domain/account.ts';
import type { GcodeFile } from '../../src/domain/gcode-file.ts';
import type { Job } from '../../src/domain/job.ts';
import type { Printer } from '../../src/domain/printer.ts';
import { memoryDisk } from '../../src/store/memory-disk.ts';
import { openStore } from '../../src/store/open-store.ts';
import {
  cheapHasher,
  emptyMetadata,
  type FakeClock,
  fakeClock,
  memoryFiles,
  memoryLog,
  probeReport,
  silentProbe,
  snapshotOf,
} from './fakes.ts';

/** It tells of itself no more than that it was asked. */
const identifiedReport = probeReport({ software: '', takesBgcode: null });

/** Every test account has it. */
export const PASSWORD = 'correct horse';

const people = {
  student: 'user',
  student2: 'user',
  plc: 'machine',
  plc2: 'machine',
  operator: 'operator',
  admin: 'admin',
} as const satisfies Record<string, Role>;
export type Person = keyof typeof people;

export interface TestAppOptions<C extends Clock = FakeClock> {
  readonly rules?: Partial<Rules>;
  readonly disk?: ReturnType<typeof memoryDisk>;
  readonly hasher?: PasswordHasher;
  /** Instead of files in memory. */
  readonly files?: FileStorage;
  readonly live?: LiveValues;
  readonly clock?: C;
  readonly keys?: KeyAskers;
  readonly cameras?: Cameras;
  readonly probe?: PrinterProbe;
  readonly lookNow?: (printerId: number) => void;
  readonly capabilitiesOf?: ApplicationDeps['capabilitiesOf'];
  readonly simulations?: MockSimulations;
  readonly setUpToken?: string;
  /** False: an empty store, as at the first start. */
  readonly accounts?: boolean;
}

const testRules: Rules = {
  autoApprove: false,
  autoSchedule: true,
  maxHeating: 0,
  ageing: 0,
  timeZone: 'UTC',
  maxOpenJobs: 20_000,
  maxOpenJobsPerUser: 200,
  tokenLifetime: 12 * 3_600_000,
  minPasswordLength: 8,
};

const addedPrinter: Omit<AddPrinterCommand, 'name'> = {
  api: 'Mock',
  url: '',
  apiKey: 'secret',
  group: 'lab',
  model: '',
  nozzleDiameter: null,
  material: '',
  cameraUrl: '',
  worker: true,
};

export const createTestApp = async (options: TestAppOptions = {}) => {
  const clock = options.clock ?? fakeClock();
  const log = memoryLog();
  const disk = options.disk ?? memoryDisk();
  const store = await openStore({ folder: '/data', disk, log });
  const commit = createCommit(store, log, [tallyOrders]);
  const published: Publication[] = [];
  commit.listen('test', publication => {
    published.push(publication);
  });
  const files = memoryFiles();
  const background = createBackground({ log });
  const deps: ApplicationDeps = {
    store,
    commit,
    live: options.live ?? createLivePrinters(memoryLog()),
    files: options.files ?? files,
    clock,
    background,
    hasher: options.hasher ?? cheapHasher(),
    log,
    rules: { ...testRules, ...options.rules },
    keys: options.keys ?? {},
    ...(options.cameras && { cameras: options.cameras }),
    probe: options.probe ?? silentProbe(),
    ...(options.lookNow && { lookNow: options.lookNow }),
    ...(options.capabilitiesOf && { capabilitiesOf: options.capabilitiesOf }),
    ...(options.simulations && { simulations: options.simulations }),
    setUpToken: options.setUpToken,
  };
  const application = createApplication(deps);
  const adding = createApplication({ ...deps, probe: { probe: async () => identifiedReport } });
  const actors = options.accounts === false ? noActors : await createPeople(application);
  let lastFile = 0;

  /** Writes rows as they are, past the use cases. */
  const put = async <C extends CollectionName>(collection: C, ...rows: Collections[C][]): Promise<void> => {
    await store.transaction(async tx => {
      for (const row of rows) tx.put(collection, row);
    });
  };

  const addFile = async (owner: Person = 'student', changes: Partial<GcodeFile> = {}): Promise<GcodeFile> => {
    lastFile += 1;
    const file: GcodeFile = {
      id: `f-${lastFile}`,
      name: `part-${lastFile}.gcode`,
      kind: 'gcode',
      size: 100,
      sha256: '00'.repeat(32),
      owner: actors[owner].accountId,
      metadata: emptyMetadata,
      partName: '',
      createTime: clock.now().toISOString(),
      ...changes,
    };
    await put('files', file);
    return file;
  };

  /** A printer that answers as idle, its bed clear. */
  const addPrinter = async (name: string, changes: Partial<AddPrinterCommand> = {}): Promise<Printer> => {
    const command = { name, ...addedPrinter, ...changes };
    const { printer } = await adding.addPrinter(actors.admin, command);
    if (printer.api !== 'Mock') await application.confirmBedClear(actors.operator, name);
    deps.live.write(name, snapshotOf('idle'));
    return printer;
  };

  const submit = async (person: Person, changes: Partial<SubmitJobCommand> = {}): Promise<number> => {
    const file = changes.file ?? (await addFile(person)).id;
    const command = { printer: '', owner: '', orderId: '', priority: 0, requestId: '', ...changes, file };
    return (await application.submitJob(actors[person], command)).jobId;
  };

  const jobOf = async (id: number): Promise<Job> => required(await store.get('jobs', id), `job ${id}`);

  /** Overwrites fields of a job, to bring it into a state that only a printer brings about. */
  const setJob = async (id: number, changes: Partial<Job>): Promise<Job> => {
    const job = { ...(await jobOf(id)), ...changes };
    await put('jobs', job);
    return job;
  };

  return {
    application,
    deps,
    store,
    commit,
    live: deps.live,
    files,
    clock,
    log,
    disk,
    published,
    actors,
    put,
    addFile,
    addPrinter,
    submit,
    jobOf,
    setJob,
    background,
    close: () => store.close(),
  };
};

export type TestApp = Awaited<ReturnType<typeof createTestApp>>;

const nobody: Actor = { accountId: '', username: '', role: 'user', approvesOwn: false };
const noActors: Readonly<Record<Person, Actor>> = {
  student: nobody,
  student2: nobody,
  plc: nobody,
  plc2: nobody,
  operator: nobody,
  admin: nobody,
};

const createPeople = async (application: Application): Promise<Readonly<Record<Person, Actor>>> => {
  const create = async (username: Person): Promise<Actor> =>
    actorOf(await application.createAccount({ username, password: PASSWORD, role: people[username] }));
  return {
    student: await create('student'),
    student2: await create('student2'),
    plc: await create('plc'),
    plc2: await create('plc2'),
    operator: await create('operator'),
    admin: await create('admin'),
  };
};

export const required = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`There is no ${what}.`);
  return value;
};

/** The row as the store has it. */
export const bedOf = async (store: Store, printer: string) =>
  required(
    (await store.find('beds')).find(bed => bed.printer === printer),
    `bed of ${printer}`,
  );
