import test from 'ava';
import type { OpenedStore } from '../../src/store/open-store.ts';
import { StoreError } from '../../src/store/store-error.ts';
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

const reopen = (crash: string, files: Files): Promise<OpenedStore> =>
  open(Object.assign(faultyDisk(files), { recording: false })).catch(cause => {
    throw new Error(`Not opened after: ${crash}`, { cause });
  });

const lastStep = async (store: OpenedStore): Promise<number> =>
  (await store.get('counters', 'jobs'))?.last ?? 0;

const states = await expectedAfter(
  faultyDisk(),
  Array.from({ length: STEPS }, (_, index) => index + 1),
);
const worked = faultyDisk();
await work(worked);

test('a crash at any disk operation loses nothing acknowledged and leaves no half commit', async t => {
  t.is(worked.note, STEPS);
  const crashes = crashesOf(worked.moments);
  t.true(crashes.length > 300, `${crashes.length} crashes`);
  for (const { name, acknowledged, files } of crashes) {
    const store = await reopen(name, files);
    const found = await lastStep(store);
    t.true(found >= acknowledged, `${name}: ${acknowledged} were acknowledged, ${found} are there`);
    t.deepEqual(await dump(store), states[found], name);
    // It goes on from there.
    const { seq } = await store.transaction(step(100));
    t.is(seq, found + 1, name);
  }
});

test('a journal that is found empty where commits were acknowledged stops the start, after any crash', async t => {
  let stopped = 0;
  for (const { name, acknowledged, files } of crashesOf(worked.moments)) {
    for (const journal of [...files.keys()].filter(path => path.includes('/journal.'))) {
      const emptied = faultyDisk(new Map(files).set(journal, Buffer.alloc(0)));
      try {
        const found = await lastStep(await open(Object.assign(emptied, { recording: false })));
        t.true(
          found >= acknowledged,
          `${name}, ${journal} empty: of ${acknowledged} only ${found} are there`,
        );
      } catch (error) {
        t.true(error instanceof StoreError && error.message.includes('/journal.'), `${name}: ${error}`);
        stopped += 1;
      }
    }
  }
  t.true(stopped > 100, `${stopped} starts were refused`);
});

test('after any crash data without the mark stops the start and names it', async t => {
  let stopped = 0;
  for (const { name, files } of crashesOf(worked.moments)) {
    const unmarked = new Map([...files].filter(([path]) => !path.endsWith('/acknowledged.json')));
    const opening = open(Object.assign(faultyDisk(unmarked), { recording: false }));
    if ([...unmarked.keys()].some(path => path.endsWith('/manifest.json') || path.includes('/journal.'))) {
      await t.throwsAsync(
        opening,
        { instanceOf: StoreError, message: /acknowledged\.json is missing/ },
        name,
      );
      stopped += 1;
    } else t.deepEqual(await dump(await opening), states[0], name);
  }
  t.true(stopped > 300, `${stopped} starts were refused`);
});

test('a power failure while a killed process starts again takes back nothing that was shown', async t => {
  const killed = worked.moments.filter((_, index) => index % 40 === 0);
  let second = 0;
  for (const moment of killed) {
    const disk = faultyDisk(moment);
    const store = await open(disk);
    disk.note = await lastStep(store);
    t.true(disk.note >= moment.note);
    await store.checkpoint();
    for (const crash of crashesOf(disk.moments)) {
      second += 1;
      const name = `${moment.operation?.number}, then ${crash.name}`;
      const again = await reopen(name, crash.files);
      const found = await lastStep(again);
      t.true(found >= Math.max(moment.note, crash.acknowledged), name);
      t.deepEqual(await dump(again), states[found], name);
    }
  }
  t.true(second > 100, `${second} second crashes`);
});
