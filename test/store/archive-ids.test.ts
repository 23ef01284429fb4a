import test from 'ava';
import { memoryDisk } from '../../src/store/memory-disk.ts';
import { openStore } from '../../src/store/open-store.ts';
import { someBed, someJob, somePrinter } from '../support/domain.ts';
import { memoryLog } from '../support/fakes.ts';

test('archiving a job takes nothing of the same number from other collections', async t => {
  const disk = memoryDisk();
  const open = () => openStore({ folder: 'data', disk, log: memoryLog() });
  const store = await open();
  await store.transaction(async tx => {
    tx.put('printers', somePrinter({ id: 1 }));
    tx.put('beds', someBed({ id: 1 }));
    tx.put('counters', { id: 'jobs', last: 1 });
    tx.put('jobs', someJob({ id: 1, status: 'cancelled' }));
    tx.put('centralOutbox', {
      id: 1,
      printer: 'Printer1',
      jobId: 1,
      status: 'cancelled',
      file: 'part.gcode',
      progress: 0,
      time: '2026-01-05T08:00:00.000Z',
    });
  });
  await store.close();

  const again = await open();
  t.is((await again.get('jobs', 1))?.status, 'cancelled');
  t.is((await again.get('printers', 1))?.id, 1);
  t.is((await again.get('beds', 1))?.id, 1);
  t.is((await again.get('centralOutbox', 1))?.jobId, 1);
  await again.close();
});
