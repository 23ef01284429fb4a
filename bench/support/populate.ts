import type { Transaction } from '../../src/app/ports.ts';
import { newBed } from '../../src/domain/bed.ts';
import type { Job } from '../../src/domain/job.ts';
import type { JobStatus } from '../../src/domain/job-status.ts';
import type { Printer } from '../../src/domain/printer.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { openStore } from '../../src/store/open-store.ts';
import { FILE_ID, printerNames } from './lab.ts';

export interface Population {
  /** Finished jobs, in buckets on disk. */
  readonly archived: number;
  /** Approved jobs that wait for a printer. */
  readonly open: number;
}

const AT_ONCE = 1000;
const OWNERS = 40;
const time = new Date(Date.UTC(2026, 0, 5, 9)).toISOString();

const printerRow = (name: string, id: number): Printer => ({
  id,
  name,
  nameKey: name.toLowerCase(),
  api: 'Mock',
  url: `http://${name.toLowerCase()}.invalid`,
  apiKey: '',
  group: 'bench',
  model: 'Prusa MK4S',
  nozzleDiameter: 0.4,
  material: 'PLA',
  cameraUrl: '',
  worker: true,
  maintenance: { on: false, reason: '' },
  removed: false,
  createTime: time,
});

const putLab = (tx: Transaction): void => {
  printerNames.forEach((name, index) => {
    const id = index + 1;
    tx.put('printers', printerRow(name, id));
    tx.put('beds', newBed({ id, name }, time, true));
  });
  tx.put('counters', { id: 'printers', last: printerNames.length });
  tx.put('files', {
    id: FILE_ID,
    name: 'bench.gcode',
    kind: 'gcode',
    size: 1,
    sha256: '0'.repeat(64),
    owner: 'owner-0',
    metadata: {
      slicer: 'PrusaSlicer 2.9',
      printTime: 3600,
      printerModel: 'MK4S',
      nozzleDiameter: 0.4,
      material: 'PLA',
      filamentWeight: 12,
      layerHeight: 0.2,
      bedSize: null,
    },
    partName: 'bench',
    createTime: time,
  });
};

const wayTo: Readonly<Record<'collected' | 'approved', readonly JobStatus[]>> = {
  approved: ['created', 'approved'],
  collected: [
    'created',
    'approved',
    'scheduled',
    'starting',
    'printing',
    'printed',
    'pickupIssued',
    'picked',
    'collected',
  ],
};

const jobRow = (id: number, status: 'collected' | 'approved'): Job => {
  const ended = status === 'collected';
  return {
    id,
    status,
    owner: `owner-${id % OWNERS}`,
    submitter: `owner-${id % OWNERS}`,
    fileId: FILE_ID,
    fileName: 'bench',
    wantedPrinter: '',
    printer: ended ? (printerNames[id % printerNames.length] ?? '') : '',
    orderId: `A-${Math.ceil(id / 10)}`,
    jobOrderId: `MES-${id}`,
    priority: 0,
    held: false,
    fromServer: true,
    attempt: ended ? 1 : 0,
    remoteName: ended ? `mes-${id}-1.gcode` : '',
    native: null,
    requested: null,
    cancelAccepted: false,
    unreachableSince: null,
    progress: ended ? 100 : 0,
    storageLocation: ended ? `Shelf ${id % 100}` : '',
    createTime: time,
    startTime: ended ? time : null,
    endTime: ended ? time : null,
    history: wayTo[status].map(one => ({ status: one, time, actor: 'server', reason: '' })),
  };
};

/** A data folder with the lab and so many jobs, written through the store itself. */
export const populate = async (folder: string, { archived, open }: Population): Promise<void> => {
  const silent = { debug() {}, info() {}, warn: console.warn, error: console.error, child: () => silent };
  const store = await openStore({ folder, disk: nodeDisk, log: silent });
  const last = archived + open;
  await store.transaction(async tx => putLab(tx));
  for (let first = 1; first <= last; first += AT_ONCE) {
    await store.transaction(async tx => {
      for (let id = first; id < first + AT_ONCE && id <= last; id += 1) {
        tx.put('jobs', jobRow(id, id <= archived ? 'collected' : 'approved'));
      }
      tx.put('counters', { id: 'jobs', last: Math.min(last, first + AT_ONCE - 1) });
    });
  }
  await store.close();
};
