import test from 'ava';
import { OutcomeUnknown } from '../../src/app/ports.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import { crashesAt, type Fault, faultyDisk, type Moment, refuseToSync } from '../support/faulty-disk.ts';
import { dump, expectedAfter, open, step } from './workload.ts';

/** Commits with a checkpoint in between; refused ones are left out by the others. */
const work = async (fault: Fault, failing: (operation: number) => boolean) => {
  const disk = faultyDisk();
  const store = await open(disk);
  const before = disk.operations.length;
  disk.fault = ({ number }) => (failing(number - before) ? fault : undefined);
  const stored: number[] = [];
  const refused: number[] = [];
  const commit = async (n: number): Promise<void> => {
    try {
      await store.transaction(step(n));
      stored.push(n);
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'StorageFailed')) throw error;
      refused.push(n);
    }
    disk.note = stored.length * 1000 + refused.length;
  };
  await commit(1);
  await Promise.all([commit(2), commit(3), commit(4)]);
  await Promise.all([store.checkpoint().catch(() => undefined), commit(5), commit(6)]);
  await commit(7);
  await store.checkpoint().catch(() => undefined);
  await commit(8);
  const operations = disk.operations.length - before;
  disk.fault = () => undefined;
  // Space is back.
  await commit(9);
  await store.checkpoint();
  await commit(10);
  return { disk, store, stored, refused, operations };
};

const faults: readonly Fault[] = [
  { code: 'ENOSPC', done: 'nothing' },
  { code: 'ENOSPC', done: 'half' },
  { code: 'EIO', done: 'all' },
];

/** The last moments at which each number of refusals had been told, and the very last. */
const momentsAfterRefusals = (moments: readonly Moment[]): Moment[] => {
  const last = new Map(moments.map(moment => [moment.note % 1000, moment]));
  const first = new Map(moments.toReversed().map(moment => [moment.note % 1000, moment]));
  return [...new Set([...first.values(), ...last.values()])];
};

for (const fault of faults) {
  test(`a failing operation (${fault.code}, ${fault.done} of it done) refuses what it carried, for good`, async t => {
    const { operations } = await work(fault, () => false);
    t.true(operations > 20);
    let refusals = 0;
    for (let failing = 1; failing <= operations; failing += 1) {
      const { disk, store, stored, refused } = await work(fault, operation => operation === failing);
      const name = `operation ${failing}: ${disk.operations.map(one => `${one.kind} ${one.path}`)[failing + 6]}`;
      refusals += refused.length;
      t.true(stored.includes(9) && stored.includes(10), name);
      t.is(stored.length + refused.length, 10, name);
      const states = await expectedAfter(faultyDisk(), stored);
      t.deepEqual(await dump(store), states.at(-1), name);
      for (const moment of momentsAfterRefusals(disk.moments)) {
        const told = moment.note % 1000;
        for (const crash of crashesAt(moment)) {
          const again = await open(Object.assign(faultyDisk(crash.files), { recording: false }));
          const last = (await again.get('counters', 'jobs'))?.last ?? 0;
          const at = last === 0 ? 0 : stored.indexOf(last) + 1;
          if (!refused.slice(told).includes(last)) {
            t.true(last === 0 || at > 0, `${name}, ${crash.name}: step ${last} was refused`);
            t.deepEqual(await dump(again), states[at], `${name}, ${crash.name}`);
            t.true(at >= Math.floor(moment.note / 1000), `${name}, ${crash.name}`);
          }
        }
      }
    }
    t.true(refusals > 0);
  });
}

test('while the disk is full everything is refused, reads go on, and nothing refused appears later', async t => {
  const disk = faultyDisk();
  const store = await open(disk);
  await store.transaction(step(1));
  disk.fault = ({ kind }) =>
    kind === 'append' || kind === 'create' ? { code: 'ENOSPC', done: 'half' } : undefined;
  for (const n of [2, 3, 4]) {
    await t.throwsAsync(store.transaction(step(n)), { instanceOf: Refusal, message: /ENOSPC/ });
  }
  await t.throwsAsync(store.checkpoint(), { message: /ENOSPC/ });
  t.is((await store.get('counters', 'jobs'))?.last, 1);
  disk.fault = () => undefined;
  const { seq } = await store.transaction(step(5));
  t.is(seq, 2);
  const again = await open(faultyDisk(disk.files()));
  t.deepEqual(await dump(again), (await expectedAfter(faultyDisk(), [1, 5])).at(-1));
});

test('a failed write fails what was stacked on it, and a closure that saw it runs again', async t => {
  const disk = faultyDisk();
  const store = await open(disk);
  await store.transaction(step(1));
  let failed = false;
  disk.fault = ({ kind }) => {
    if (kind !== 'sync' || failed) return undefined;
    failed = true;
    return { code: 'EIO', done: 'all' };
  };
  const add = (name: string) =>
    store.transaction(async tx => {
      const { last = 0 } = (await tx.get('counters', 'jobs')) ?? {};
      tx.put('counters', { id: 'jobs', last: last + 1 });
      return `${name} saw ${last}`;
    });
  const seen: number[] = [];
  const results = await Promise.allSettled([
    add('first'),
    add('second'),
    store.transaction(async tx => {
      const { last = 0 } = (await tx.get('counters', 'jobs')) ?? {};
      seen.push(last);
      return last;
    }),
  ]);
  t.deepEqual(
    results.map(result => result.status),
    ['rejected', 'rejected', 'fulfilled'],
  );
  t.is(seen.at(-1), 1);
  t.true(seen.length > 1);
  t.like(results[2], { value: { result: 1, seq: 0 } });
  t.is((await add('third')).result, 'third saw 1');
});

test('nobody hears that nothing was stored while the failed write cannot be cut off', async t => {
  const disk = faultyDisk();
  const store = await open(disk);
  await store.transaction(step(1));
  refuseToSync(disk);
  await t.throwsAsync(store.transaction(step(2)), { instanceOf: OutcomeUnknown });
  await t.throwsAsync(store.transaction(step(3)), { instanceOf: Refusal, message: /nothing was stored/ });
  disk.fault = () => undefined;
  t.is((await store.transaction(step(4))).seq, 2);
  const again = await open(faultyDisk(disk.files()));
  t.deepEqual(await dump(again), (await expectedAfter(faultyDisk(), [1, 4])).at(-1));
});

test('a closure that runs while what it has seen is refused runs again before it writes', async t => {
  const disk = faultyDisk();
  const store = await open(disk);
  await store.transaction(step(1));
  // The line cannot be synced; that it is cut off can.
  disk.fault = ({ kind, number }) =>
    kind === 'sync' && disk.operations[number - 2]?.kind === 'append'
      ? { code: 'EIO', done: 'all' }
      : undefined;
  const refused = store.transaction(async tx => tx.put('counters', { id: 'jobs', last: 50 }));
  const told = refused.then(
    () => undefined,
    () => undefined,
  );
  const seen: number[] = [];
  const next = store.transaction(async tx => {
    const { last = 0 } = (await tx.get('counters', 'jobs')) ?? {};
    seen.push(last);
    await told;
    disk.fault = () => undefined;
    tx.put('counters', { id: 'jobs', last: last + 1 });
  });
  await t.throwsAsync(refused, { instanceOf: Refusal });
  t.is((await next).seq, 2);
  t.deepEqual(seen, [50, 1]);
  t.is((await store.get('counters', 'jobs'))?.last, 2);
});
