import test from 'ava';
import { createCentralOutboxRule } from '../../src/app/central-outbox.ts';
import { createCommit } from '../../src/app/commit.ts';
import type { Job } from '../../src/domain/job.ts';
import { memoryDisk } from '../../src/store/memory-disk.ts';
import { openStore } from '../../src/store/open-store.ts';
import { jobRow } from '../central/support.ts';
import { memoryLog } from '../support/fakes.ts';

const open = async (limit: number) => {
  const log = memoryLog();
  const store = await openStore({ folder: '/data', disk: memoryDisk(), log });
  const commit = createCommit(store, log, [createCentralOutboxRule(limit)]);
  const put = (...jobs: readonly Job[]) =>
    commit({ actor: 'server' }, async tx => {
      for (const job of jobs) tx.put('jobs', job);
    });
  return { store, commit, put };
};

const time = '2026-01-05T09:00:00.000Z';

test('each change of the status of a job with a printer leaves a row in the same commit', async t => {
  const { store, put } = await open(100);
  await put(jobRow(1, 'created', time, { printer: '' }), jobRow(2, 'printing', time, { progress: 10 }));
  await put(jobRow(2, 'printing', time, { progress: 20 }));
  await put(jobRow(1, 'scheduled', time, { printer: 'Printer2' }), jobRow(2, 'printed', time));
  await put(jobRow(1, 'approved', time, { printer: '' }));
  t.deepEqual(
    (await store.find('centralOutbox')).map(({ id, jobId, printer, status, progress }) => [
      id,
      jobId,
      printer,
      status,
      progress,
    ]),
    [
      [1, 2, 'Printer1', 'printing', 10],
      [2, 1, 'Printer2', 'scheduled', 0],
      [3, 2, 'Printer1', 'printed', 0],
      [4, 1, 'Printer2', 'approved', 0],
    ],
  );
  t.is((await store.get('centralOutbox', 1))?.time, time);
});

test('a failed unit of work leaves no row', async t => {
  const { store, commit } = await open(100);
  await t.throwsAsync(
    commit({ actor: 'server' }, async tx => {
      tx.put('jobs', jobRow(1, 'printing', time));
      throw new Error('refused');
    }),
    { message: 'refused' },
  );
  t.is(await store.count('centralOutbox'), 0);
  t.is(await store.get('counters', 'outbox'), undefined);
});

test('beyond the limit the oldest rows go', async t => {
  const { store, put } = await open(3);
  for (let number = 0; number < 5; number++) {
    await put(jobRow(1, number % 2 === 0 ? 'printing' : 'paused', time));
  }
  t.deepEqual(
    (await store.find('centralOutbox')).map(({ id }) => id),
    [3, 4, 5],
  );
});
