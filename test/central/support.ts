import { setTimeout as delay } from 'node:timers/promises';
import { centralOutboxRule } from '../../src/app/central-outbox.ts';
import type { CommitRule } from '../../src/app/commit.ts';
import { createCommit } from '../../src/app/commit.ts';
import type { Clock } from '../../src/app/ports.ts';
import { createCentralClient } from '../../src/central/central-client.ts';
import type { CentralSettings } from '../../src/central/settings.ts';
import { type Job, newJob } from '../../src/domain/job.ts';
import type { JobStatus } from '../../src/domain/job-status.ts';
import type { Printer, PrinterSnapshot } from '../../src/domain/printer.ts';
import { createLivePrinters } from '../../src/opcua/live-printers.ts';
import { memoryDisk } from '../../src/store/memory-disk.ts';
import { openStore } from '../../src/store/open-store.ts';
import { memoryLog } from '../support/fakes.ts';

export const clock: Clock = {
  now: () => new Date(),
  sleep: async (milliseconds, signal) => {
    await delay(milliseconds, undefined, { signal });
  },
};

export const printerRow = (id: number, changes: Partial<Printer> = {}): Printer => ({
  id,
  name: `Printer${id}`,
  nameKey: `printer${id}`,
  api: 'PrusaLink',
  url: `http://192.0.2.${id}`,
  apiKey: 'secret-key',
  group: 'lab',
  model: 'Prusa XL',
  nozzleDiameter: 0.4,
  material: 'PLA',
  cameraUrl: `http://192.0.2.${id}/camera`,
  worker: true,
  maintenance: { on: false, reason: '' },
  removed: false,
  createTime: '2026-01-05T08:00:00.000Z',
  ...changes,
});

export const jobRow = (id: number, status: JobStatus, time: string, changes: Partial<Job> = {}): Job => ({
  ...newJob(
    id,
    status,
    { time, actor: 'server' },
    {
      owner: 'a-1',
      fileId: 'f-1',
      fileName: `part-${id}.gcode`,
      printer: 'Printer1',
      attempt: 1,
      remoteName: `mes-${id}-1.gcode`,
    },
  ),
  ...changes,
});

export const snapshotOf = (changes: Partial<PrinterSnapshot> = {}): PrinterSnapshot => ({
  state: 'printing',
  message: '',
  nozzle: { actual: 214.5, target: 215 },
  bed: { actual: 59.5, target: 60 },
  head: { x: 10, y: 20.5, z: 0.25 },
  filament: null,
  job: {
    file: 'mes-7-1.gcode',
    progress: 12.5,
    timeUsed: 60,
    timeLeft: 420,
    timeLeftApprox: null,
    native: {},
  },
  time: new Date().toISOString(),
  ...changes,
});

/** A store, a commit with the outbox rule, live values and a client with short intervals. */
export const createLab = async (
  settings: Partial<CentralSettings> & Pick<CentralSettings, 'url'>,
  rules: readonly CommitRule[] = [centralOutboxRule],
) => {
  const log = memoryLog();
  const store = await openStore({ folder: '/data', disk: memoryDisk(), log });
  const commit = createCommit(store, log, rules);
  const live = createLivePrinters(log);
  const client = createCentralClient({
    store,
    commit,
    live,
    clock,
    log,
    settings: {
      namespace: 'http://monashautomation.com/opcua-server',
      cycleInterval: 10,
      refreshInterval: 60_000,
      staleAfter: 60_000,
      timeout: 2000,
      backOffFirst: 10,
      backOffLast: 100,
      ...settings,
    },
  });
  const put = {
    printers: (...printers: readonly Printer[]) =>
      commit({ actor: 'server' }, async tx => {
        for (const printer of printers) tx.put('printers', printer);
      }),
    job: (job: Job) => commit({ actor: 'server' }, async tx => tx.put('jobs', job)),
  };
  return { log, store, commit, live, client, put };
};
