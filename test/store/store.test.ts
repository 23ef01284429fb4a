import test from 'ava';
import { Refusal } from '../../src/domain/refusal.ts';
import { memoryDisk } from '../../src/store/memory-disk.ts';
import { openStore } from '../../src/store/open-store.ts';
import { memoryLog } from '../support/fakes.ts';
import { makeJob } from './rows.ts';

const FOLDER = '/data';

test('a commit is read back, also after the store was opened again', async t => {
  const disk = memoryDisk();
  const store = await openStore({ folder: FOLDER, disk, log: memoryLog() });
  const committed = await store.transaction(async tx => {
    tx.put('jobs', makeJob({ id: 1 }));
    tx.put('counters', { id: 'jobs', last: 1 });
    return 'made';
  });
  t.is(committed.result, 'made');
  t.is(committed.seq, 1);
  t.deepEqual(
    committed.changes.map(change => [change.collection, change.before]),
    [
      ['jobs', undefined],
      ['counters', undefined],
    ],
  );
  await store.close();
  const again = await openStore({ folder: FOLDER, disk, log: memoryLog() });
  t.deepEqual(await again.get('jobs', 1), makeJob({ id: 1 }));
  const next = await again.transaction(async tx => tx.delete('jobs', 1));
  t.is(next.seq, 2);
  t.is(await again.count('jobs'), 0);
  await again.close();
});

test('a transaction that writes nothing has seq 0', async t => {
  const store = await openStore({ folder: FOLDER, disk: memoryDisk(), log: memoryLog() });
  const read = await store.transaction(async tx => tx.count('jobs'));
  t.deepEqual(read, { result: 0, seq: 0, changes: [] });
});

test('a closure that throws leaves nothing behind', async t => {
  const store = await openStore({ folder: FOLDER, disk: memoryDisk(), log: memoryLog() });
  await t.throwsAsync(
    store.transaction(async tx => {
      tx.put('jobs', makeJob({ id: 1 }));
      throw new Refusal('InvalidState', 'Not now.');
    }),
    { instanceOf: Refusal },
  );
  t.is(await store.get('jobs', 1), undefined);
  const { seq } = await store.transaction(async tx => tx.put('jobs', makeJob({ id: 1 })));
  t.is(seq, 1);
});

test('transactions build on accepted ones before these are on disk, and resolve in the order of seq', async t => {
  const store = await openStore({ folder: FOLDER, disk: memoryDisk(), log: memoryLog() });
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      const { seq } = await store.transaction(async tx => {
        const last = (await tx.get('counters', 'jobs'))?.last ?? 0;
        tx.put('counters', { id: 'jobs', last: last + 1 });
      });
      order.push(seq);
    }),
  );
  t.deepEqual(
    order,
    Array.from({ length: 50 }, (_, index) => index + 1),
  );
  t.deepEqual(await store.get('counters', 'jobs'), { id: 'jobs', last: 50 });
});

test('a transaction sees its own writes in get, find and count', async t => {
  const store = await openStore({ folder: FOLDER, disk: memoryDisk(), log: memoryLog() });
  await store.transaction(async tx => {
    for (const id of [1, 2, 3]) tx.put('jobs', makeJob({ id, status: 'approved' }));
  });
  await store.transaction(async tx => {
    tx.put('jobs', makeJob({ id: 2, status: 'scheduled' }));
    tx.put('jobs', makeJob({ id: 4, status: 'approved' }));
    tx.delete('jobs', 1);
    t.is((await tx.get('jobs', 2))?.status, 'scheduled');
    t.is(await tx.count('jobs', { status: 'approved' }), 2);
    t.deepEqual(
      (await tx.find('jobs', { where: { status: ['approved', 'scheduled'] } })).map(job => job.id),
      [2, 3, 4],
    );
  });
});
