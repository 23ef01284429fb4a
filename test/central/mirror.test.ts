import test from 'ava';
import type { Link } from '../../src/central/link.ts';
import { createMirror } from '../../src/central/mirror.ts';
import type { Job } from '../../src/domain/job.ts';
import type { JobStatus } from '../../src/domain/job-status.ts';
import { createLivePrinters } from '../../src/opcua/live-printers.ts';
import { memoryDisk } from '../../src/store/memory-disk.ts';
import { openStore } from '../../src/store/open-store.ts';
import { someBed, TIME } from '../support/domain.ts';
import { memoryLog } from '../support/fakes.ts';
import { clock, jobRow, printerRow, snapshotOf } from './support.ts';

const job = (id: number, status: JobStatus, changes: Partial<Job> = {}): Job =>
  jobRow(id, status, TIME, changes);

/** Printers whose beds hold the given jobs, and a mirror over what is archived of them. */
const start = async (onBeds: readonly number[], jobs: readonly Job[]) => {
  const disk = memoryDisk();
  const reads: string[] = [];
  const read = (path: string) => {
    if (path.includes('/bucket-')) reads.push(path);
    return disk.read(path);
  };
  const open = () => openStore({ folder: '/data', disk: { ...disk, read }, log: memoryLog() });
  const first = await open();
  await first.transaction(async tx => {
    for (const [index, jobId] of onBeds.entries()) {
      const id = index + 1;
      tx.put('printers', printerRow(id));
      tx.put('beds', someBed({ id, printer: `Printer${id}`, state: 'occupied', jobId }));
    }
    for (const row of jobs) tx.put('jobs', row);
  });
  await first.close();
  const store = await open();
  const live = createLivePrinters(memoryLog());
  const mirror = createMirror({ store, live, clock, staleAfter: 60_000 });
  const files = new Map<string, unknown>();
  const link: Link = {
    resolve: async () => undefined,
    isResolved: () => true,
    has: () => true,
    takes: () => true,
    generation: () => 1,
    write: async items => {
      for (const { printer, value } of items) {
        if (value.path === 'job/file') files.set(printer, value.value);
      }
      return items.map(() => 'written');
    },
    isLost: () => false,
  };
  const push = () => mirror.push(link, true, (_what, work) => work);
  return { store, live, mirror, push, files, reads };
};

test('however many foreign prints have ended, loading reads none of them', async t => {
  const foreign = { fromServer: false, owner: '', submitter: '' };
  const jobs = Array.from({ length: 3000 }, (_, index) => job(index + 1, 'printed', foreign));
  const { mirror, push, reads } = await start([0], jobs);
  await push();
  mirror.invalidate();
  t.is((await mirror.printers()).length, 1);
  t.deepEqual(reads, []);
});

test('the file is called as people call it while it prints, and there is none once the print is over', async t => {
  const { live, mirror, push, files, reads, store } = await start(
    [7, 8, 9],
    [
      job(7, 'printing'),
      job(8, 'printed', { printer: 'Printer2' }),
      job(9, 'printed', { printer: 'Printer3', fromServer: false }),
    ],
  );
  const { job: shown } = snapshotOf();
  for (const [index, state] of (['printing', 'finished', 'idle'] as const).entries()) {
    const file = `mes-${index + 7}-1.gcode`;
    live.write(`Printer${index + 1}`, snapshotOf({ state, job: shown && { ...shown, file } }));
  }
  await push();
  t.deepEqual([...files.values()], ['part-7.gcode', '', '']);
  t.deepEqual(reads, []);

  await store.transaction(async tx => tx.put('jobs', job(7, 'printed')));
  live.write('Printer1', snapshotOf({ state: 'finished' }));
  mirror.invalidate();
  await push();
  t.deepEqual([...files.values()], ['', '', '']);
});
