import test from 'ava';
import { crashesAt, type FaultyDisk, type Files, faultyDisk, type Moment } from '../support/faulty-disk.ts';
import { dump, expectedAfter, open, step } from './workload.ts';

const STEPS = 36;

/** Commits one by one and in groups, with checkpoints between and during them. */
const work = async (disk: FaultyDisk): Promise<void> => {
  const store = await open(disk);
  const commit = async (n: number): Promise<void> => {
    const { seq } = await store.transaction(step(n));
    disk.note = Math.max(disk.note, seq);
  };
  const group = (from: number, to: number): Promise<unknown> =>
    Promise.all(Array.from({ length: to - from + 1 }, (_, index) => commit(from + index)));
  await commit(1);
  await commit(2);
  await group(3, 9);
  await store.checkpoint();
  await commit(10);
  await Promise.all([store.checkpoint(), group(11, 18)]);
  await group(19, 24);
  await Promise.all([store.checkpoint(), group(25, 30)]);
  await commit(31);
  await group(32, STEPS);
  await store.close();
};

interface Crash {
  readonly name: string;
  readonly acknowledged: number;
  readonly files: Files;
}

/** Each state of the disk once, with the most that was acknowledged while it could be left behind. */
const crashesOf = (moments: readonly Moment[]): Crash[] => {
  const crashes = new Map<string, Crash>();
  for (const moment of moments) {
    const { operation } = moment;
    for (const { name, key, files } of crashesAt(moment)) {
      crashes.set(key, {
        name: `${operation?.number} ${operation?.kind} ${operation?.path}: ${name}`,
        acknowledged: moment.note,
        files,
      });
    }
  }
  return [...crashes.values()];
};

test('a crash at any disk operation loses nothing acknowledged and leaves no half commit', async t => {
  const states = await expectedAfter(
    faultyDisk(),
    Array.from({ length: STEPS }, (_, index) => index + 1),
  );
  const disk = faultyDisk();
  await work(disk);
  t.is(disk.note, STEPS);
  const crashes = crashesOf(disk.moments);
  t.true(crashes.length > 300, `${crashes.length} crashes`);
  for (const { name, acknowledged, files } of crashes) {
    const store = await t
      .notThrowsAsync(open(Object.assign(faultyDisk(files), { recording: false })), name)
      .then(() => open(Object.assign(faultyDisk(files), { recording: false })));
    const found = (await store.get('counters', 'jobs'))?.last ?? 0;
    t.true(found >= acknowledged, `${name}: ${acknowledged} were acknowledged, ${found} are there`);
    t.deepEqual(await dump(store), states[found], name);
    // It goes on from there.
    const { seq } = await store.transaction(step(100));
    t.is(seq, found + 1, name);
  }
});

test('a crash while the store recovers from a crash loses nothing either', async t => {
  const states = await expectedAfter(
    faultyDisk(),
    Array.from({ length: STEPS }, (_, index) => index + 1),
  );
  const disk = faultyDisk();
  await work(disk);
  const first = crashesOf(disk.moments).filter((_, index) => index % 9 === 0);
  let second = 0;
  for (const { name, acknowledged, files } of first) {
    const recovering = faultyDisk(files);
    const store = await open(recovering);
    await store.checkpoint();
    for (const crash of crashesOf(recovering.moments)) {
      second += 1;
      const again = await open(Object.assign(faultyDisk(crash.files), { recording: false }));
      const found = (await again.get('counters', 'jobs'))?.last ?? 0;
      t.true(found >= acknowledged, `${name}, then ${crash.name}`);
      t.deepEqual(await dump(again), states[found], `${name}, then ${crash.name}`);
    }
  }
  t.true(second > 100, `${second} second crashes`);
});
