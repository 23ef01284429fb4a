import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import type { Query } from '../../src/app/ports.ts';
import type { Job } from '../../src/domain/job.ts';
import { type JobStatus, jobStatuses } from '../../src/domain/job-status.ts';
import { BucketSummary, type SummaryRow, summarise } from '../../src/store/bucket-summary.ts';
import type { Disk } from '../../src/store/disk.ts';
import { type DocumentEntry, fileNameOf } from '../../src/store/document-files.ts';
import { memoryDisk } from '../../src/store/memory-disk.ts';
import { type OpenedStore, openStore } from '../../src/store/open-store.ts';
import { openSealed, writeSealed } from '../../src/store/sealed-document.ts';
import { memoryLog } from '../support/fakes.ts';
import { makeJob } from './rows.ts';
import { FOLDER, manual } from './workload.ts';

const openOn = (disk: Disk): Promise<OpenedStore> =>
  openStore({ folder: FOLDER, disk, log: memoryLog(), limits: manual });

/** Counts the reads of buckets. */
const watched = (disk: Disk) => {
  const reads: string[] = [];
  const watching: Disk = {
    ...disk,
    read: path => {
      if (path.includes('/bucket-')) reads.push(path);
      return disk.read(path);
    },
  };
  return { disk: watching, reads };
};

const put = (store: OpenedStore, ...jobs: Job[]) =>
  store.transaction(async tx => {
    for (const job of jobs) tx.put('jobs', job);
  });

test('finished jobs leave memory at a checkpoint and are found all the same', async t => {
  const memory = memoryDisk();
  const store = await openOn(memory);
  const jobs = Array.from({ length: 3000 }, (_, index) =>
    makeJob({
      id: index + 1,
      status: index % 10 === 0 ? 'approved' : 'collected',
      orderId: `o-${index % 7}`,
    }),
  );
  await put(store, ...jobs);
  await store.close();
  const { disk, reads } = watched(memory);
  const again = await openOn(disk);
  t.is(await again.count('jobs', { status: ['created', 'approved', 'printing'] }), 300);
  t.is(await again.count('jobs', { owner: 'a-1', status: 'approved' }), 300);
  t.is(await again.count('jobs', { status: 'collected', owner: 'a-1' }), 2700);
  t.is(await again.count('jobs'), 3000);
  t.deepEqual(await again.find('jobs', { where: { jobOrderId: 'MES-none' } }), []);
  t.deepEqual(reads, [], 'nothing archived is read for that');
  t.deepEqual(await again.get('jobs', 2), jobs[1]);
  t.is(reads.length, 1);
  t.deepEqual(await again.find('jobs', { after: 998, limit: 5 }), jobs.slice(998, 1003));
  t.deepEqual(await again.find('jobs', { descending: true, limit: 3 }), jobs.slice(-3).reverse());
  t.deepEqual(await again.find('jobs', { where: { jobOrderId: 'MES-1500' } }), [jobs[1499]]);
  t.deepEqual(await again.find('jobs'), jobs);
});

test('an archived job can be changed and deleted, and its old row does not come back', async t => {
  const disk = memoryDisk();
  let store = await openOn(disk);
  await put(store, makeJob({ id: 1, status: 'collected' }), makeJob({ id: 2, status: 'failed' }));
  await store.checkpoint();
  const changed = await store.transaction(async tx => {
    tx.put('jobs', makeJob({ id: 1, status: 'printed' }));
    tx.delete('jobs', 2);
  });
  t.deepEqual(
    changed.changes.map(({ before }) => before && 'status' in before && before.status),
    ['collected', 'failed'],
  );
  const check = async (): Promise<void> => {
    t.deepEqual(
      (await store.find('jobs')).map(job => job.status),
      ['printed'],
    );
    t.is(await store.count('jobs', { status: ['collected', 'failed'] }), 0);
    t.is(await store.count('jobs'), 1);
    t.is(await store.get('jobs', 2), undefined);
  };
  await check();
  store = await openOn(disk);
  await check();
  await store.checkpoint();
  await check();
  await store.close();
  store = await openOn(disk);
  await check();
});

test('a foreign job is archived once it is printed', async t => {
  const memory = memoryDisk();
  const store = await openOn(memory);
  await put(
    store,
    makeJob({ id: 1, status: 'printed', fromServer: false }),
    makeJob({ id: 2, status: 'printed' }),
  );
  await store.close();
  const { disk, reads } = watched(memory);
  const again = await openOn(disk);
  t.is((await again.get('jobs', 2))?.status, 'printed');
  t.is(reads.length, 0);
  t.is((await again.get('jobs', 1))?.status, 'printed');
  t.is(reads.length, 1);
});

test('whose jobs lie in a bucket, and whether they are foreign, is known without reading it', async t => {
  const memory = memoryDisk();
  const store = await openOn(memory);
  const jobs = Array.from({ length: 3000 }, (_, index) =>
    index % 5 === 0
      ? makeJob({ id: index + 1, status: 'printed', fromServer: false, owner: '', submitter: '' })
      : makeJob({ id: index + 1, status: 'collected', submitter: index === 1501 ? 'a-2' : 'a-1' }),
  );
  await put(store, ...jobs);
  await store.close();
  const { disk, reads } = watched(memory);
  const again = await openOn(disk);
  t.deepEqual(await again.find('jobs', { where: { submitter: 'a-3' } }), []);
  t.deepEqual(await again.find('jobs', { where: { status: ['printed', 'picked'], fromServer: true } }), []);
  t.is(await again.count('jobs', { submitter: 'a-1' }), 2399);
  t.is(await again.count('jobs', { submitter: 'a-1', status: 'collected', owner: 'a-1' }), 2399);
  t.is(await again.count('jobs', { fromServer: false }), 600);
  t.deepEqual(reads, []);
  const found = await again.find('jobs', { where: { submitter: 'a-2' } });
  t.deepEqual(
    found.map(({ id }) => id),
    [1502],
  );
  t.is(reads.length, 1, 'of the three buckets the one that holds it');
});

test('a summary that lacks a field rules no bucket out by it and counts nothing by it', t => {
  const earlier = { ...summarise(0, [makeJob({ id: 1 }), makeJob({ id: 2, status: 'failed' })]) };
  const counts = earlier.counts.map(
    ([status, owner, printer, jobs]) => [status, owner, printer, jobs] as const,
  );
  const summary = new BucketSummary({ ...earlier, counts });
  t.deepEqual(summary.estimate({ submitter: 'whoever' }), { jobs: 2, exact: false });
  t.deepEqual(summary.estimate({ status: 'failed', fromServer: false }), { jobs: 1, exact: false });
  t.deepEqual(summary.estimate({ status: 'failed' }), { jobs: 1, exact: true });
  t.deepEqual(summary.estimate({ status: 'picked', submitter: 'a-1' }), { jobs: 0, exact: true });
});

/** Leaves the folder as a program wrote it that counted neither submitter nor whose jobs they are. */
const shortenSummaries = async (disk: Disk): Promise<void> => {
  const read = async (name: string) => openSealed((await disk.read(join(FOLDER, name))) ?? Buffer.of(), name);
  const { header, rows } = await read('manifest.json');
  const entries: DocumentEntry[] = [];
  for (const entry of rows as DocumentEntry[]) {
    if (!entry.document.startsWith('summary-')) entries.push(entry);
    else {
      const document = await read(fileNameOf(entry));
      const [summary] = document.rows as [SummaryRow];
      const counts = summary.counts.map(([status, owner, printer, number]) => [
        status,
        owner,
        printer,
        number,
      ]);
      const row = { ...summary, counts };
      const crc32 = await writeSealed(disk, FOLDER, fileNameOf(entry), document.header, [row]);
      entries.push({ ...entry, crc32 });
    }
  }
  await writeSealed(disk, FOLDER, 'manifest.json', header, entries);
};

test('a bucket with an earlier summary is read once for a field that it lacks, never again after a checkpoint', async t => {
  const memory = memoryDisk();
  let store = await openOn(memory);
  const jobs = Array.from({ length: 3000 }, (_, index) => makeJob({ id: index + 1, status: 'collected' }));
  await put(store, ...jobs);
  await store.close();
  await shortenSummaries(memory);

  const { disk, reads } = watched(memory);
  store = await openOn(disk);
  t.deepEqual(reads, [], 'a start reads nothing');
  t.is(await store.count('jobs', { submitter: 'a-1', status: 'collected' }), 3000);
  t.is(reads.length, 4);
  t.is(await store.count('jobs', { submitter: 'a-1', status: 'collected' }), 3000);
  t.deepEqual(await store.find('jobs', { where: { submitter: 'a-2' } }), []);
  t.is(reads.length, 4);
  await put(store, makeJob({ id: 3001 }));
  await store.close();

  reads.length = 0;
  store = await openOn(disk);
  t.is(await store.count('jobs', { submitter: 'a-1', status: 'collected' }), 3000);
  t.deepEqual(await store.find('jobs', { where: { submitter: 'a-2' } }), []);
  t.deepEqual(reads, []);
  t.deepEqual((await store.find('jobs')).length, 3001);
});

const owners = ['a-1', 'a-2', 'a-3'];
const printers = ['', 'P1', 'P2'];
const orders = ['', 'x', 'y'];
const jobFields = fc.record({
  id: fc.integer({ min: 1, max: 2500 }),
  status: fc.constantFrom<JobStatus>(...jobStatuses),
  owner: fc.constantFrom(...owners),
  submitter: fc.constantFrom(...owners),
  printer: fc.constantFrom(...printers),
  orderId: fc.constantFrom(...orders),
  fromServer: fc.boolean(),
  priority: fc.integer({ min: 0, max: 2 }),
});
const action = fc.oneof(
  { weight: 8, arbitrary: fc.array(jobFields, { minLength: 1, maxLength: 8 }).map(jobs => ({ jobs })) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 2500 }).map(deleted => ({ deleted })) },
  { weight: 1, arbitrary: fc.constant({ checkpoint: true as const }) },
  { weight: 1, arbitrary: fc.constant({ reopen: true as const }) },
);
const oneOrMore = <T>(values: readonly T[]) =>
  fc.oneof(fc.constantFrom(...values), fc.uniqueArray(fc.constantFrom(...values), { maxLength: 3 }));
const query = fc.record(
  {
    where: fc.record(
      {
        status: oneOrMore(jobStatuses),
        owner: oneOrMore(owners),
        submitter: oneOrMore(owners),
        fromServer: oneOrMore([true, false]),
        printer: oneOrMore(printers),
        orderId: oneOrMore(orders),
        priority: oneOrMore([0, 1, 2]),
      },
      { requiredKeys: [] },
    ),
    after: fc.integer({ min: 0, max: 2500 }),
    limit: fc.integer({ min: 0, max: 5 }),
    descending: fc.boolean(),
  },
  { requiredKeys: [] },
);

const naive = (jobs: readonly Job[], { where = {}, after, limit, descending = false }: Query<Job>): Job[] =>
  jobs
    .filter(job =>
      Object.entries(where).every(([field, wanted]) => {
        const value = job[field as keyof Job];
        return Array.isArray(wanted) ? wanted.includes(value) : wanted === value;
      }),
    )
    .filter(job => after === undefined || (descending ? job.id < Number(after) : job.id > Number(after)))
    .sort((left, right) => (descending ? right.id - left.id : left.id - right.id))
    .slice(0, limit);

test('queries over open, archived and uncommitted jobs equal a plain filter', async t => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 12 }),
      fc.array(query, { minLength: 3, maxLength: 6 }),
      fc.array(jobFields, { maxLength: 4 }),
      async (actions, queries, uncommitted) => {
        const disk = memoryDisk();
        let store = await openOn(disk);
        const model = new Map<number, Job>();
        for (const one of actions) {
          if ('jobs' in one) {
            const jobs = one.jobs.map(fields => makeJob(fields));
            await put(store, ...jobs);
            for (const job of jobs) model.set(job.id, job);
          } else if ('deleted' in one) {
            await store.transaction(async tx => tx.delete('jobs', one.deleted));
            model.delete(one.deleted);
          } else if ('checkpoint' in one) await store.checkpoint();
          else {
            await store.close();
            store = await openOn(disk);
          }
        }
        for (const asked of queries as Query<Job>[]) {
          t.deepEqual(await store.find('jobs', asked), naive([...model.values()], asked));
          const { where } = asked;
          t.is(await store.count('jobs', where), naive([...model.values()], where ? { where } : {}).length);
        }
        await store.transaction(async tx => {
          const over = new Map(model);
          for (const job of uncommitted.map(fields => makeJob(fields))) {
            tx.put('jobs', job);
            over.set(job.id, job);
          }
          for (const asked of queries as Query<Job>[]) {
            t.deepEqual(await tx.find('jobs', asked), naive([...over.values()], asked));
            const { where } = asked;
            t.is(await tx.count('jobs', where), naive([...over.values()], where ? { where } : {}).length);
          }
        });
      },
    ),
    { numRuns: 150 },
  );
  t.pass();
});
