import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import type { AddressSpace } from 'node-opcua';
import type { Job } from '../../../src/domain/job.ts';
import type { JobStatus } from '../../../src/domain/job-status.ts';
import { installJobNodes, type JobNodesDeps } from '../../../src/opcua/nodes/job-nodes.ts';
import { createJobRanking } from '../../../src/opcua/nodes/job-nodes-ranking.ts';
import type { Disk } from '../../../src/store/disk.ts';
import { memoryDisk } from '../../../src/store/memory-disk.ts';
import { createAddressSpace, has, plainValueOf } from '../../support/address-space.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { someJob } from '../../support/domain.ts';
import { snapshotOf } from '../../support/fakes.ts';
import { until } from '../../support/until.ts';

const LIMIT = 5;

let space: AddressSpace;
test.before(async () => {
  space = await createAddressSpace();
});
test.after.always(() => space?.dispose());

/** Job nodes over rows of the test's own; ids must not be used by another test. */
const start = async (...rows: Job[]) => {
  const app = await createTestApp();
  await app.put('jobs', ...rows);
  return startIn(app);
};

const startIn = async (app: TestApp, jobViews: JobNodesDeps['jobViews'] = app.application.viewJobs) => {
  const { store, commit, live, clock, log } = app;
  const nodes = installJobNodes({
    addressSpace: space,
    store,
    commit,
    live,
    clock,
    log,
    jobViews,
    limit: LIMIT,
  });
  await nodes.start();
  return { app, nodes };
};

const put = (app: TestApp, ...rows: Job[]): Promise<void> =>
  app.commit({ actor: 'test' }, async tx => {
    for (const row of rows) tx.put('jobs', row);
  });

const job = (id: number, status: JobStatus, changes: Partial<Job> = {}): Job =>
  someJob({ id, status, ...changes });

const shown = (ids: readonly number[]): readonly number[] => ids.filter(id => has(space, `Jobs/${id}`));

/** Asks while the server's time passes. */
const passing =
  (app: TestApp, holds: () => boolean, milliseconds = 100) =>
  (): boolean => {
    app.clock.advance(milliseconds);
    return holds();
  };

const settled = async ({ app, nodes }: Awaited<ReturnType<typeof start>>): Promise<void> => {
  let done = false;
  const work = nodes.settled().then(() => {
    done = true;
  });
  await until(
    'the nodes have settled',
    passing(app, () => done),
  );
  await work;
};

const finish = async ({ app, nodes }: Awaited<ReturnType<typeof start>>): Promise<void> => {
  await nodes.stop();
  await app.close();
};

test('open jobs come before unfinished and ended ones, the newest of each first', t => {
  const ranking = createJobRanking(10);
  for (const one of [
    job(1, 'approved'),
    job(2, 'picked'),
    job(3, 'collected'),
    job(4, 'printing'),
    job(5, 'failed'),
    job(6, 'printed'),
    job(7, 'printed', { fromServer: false }),
  ]) {
    ranking.put(one);
  }
  t.deepEqual([...ranking.best(100)], [4, 1, 6, 2, 7, 5, 3]);
  ranking.put(job(4, 'failed'));
  t.deepEqual([...ranking.best(3)], [1, 6, 2]);
  ranking.putIfNew(job(4, 'printing'));
  t.deepEqual([...ranking.best(3)], [1, 6, 2]);
  ranking.delete(1);
  t.deepEqual([...ranking.best(2)], [6, 2]);
});

test('ended jobs are remembered up to a bound, the newest of them', t => {
  const ranking = createJobRanking(3);
  for (let id = 1; id <= 100; id += 1) ranking.put(job(id, 'collected'));
  const best = [...ranking.best(100)];
  t.true(best.length <= 6);
  t.deepEqual(best.slice(0, 3), [100, 99, 98]);
});

test.serial('a job becomes an object after its commit, with every value', async t => {
  const lab = await start();
  const { app } = lab;
  const id = await app.submit('student', { orderId: 'A-17', priority: 0 });
  t.false(has(space, `Jobs/${id}`));
  await until(
    'the job has an object',
    passing(app, () => has(space, `Jobs/${id}/Status`)),
  );
  await settled(lab);
  const value = (name: string): unknown => plainValueOf(space, `Jobs/${id}/${name}`);
  t.is(value('JobId'), id);
  t.is(value('Status'), 'created');
  t.is(value('StatusCode'), 1);
  t.is(value('Owner'), 'student');
  t.is(value('File'), 'part-1.gcode');
  t.is(value('OrderId'), 'A-17');
  t.is(value('FromServer'), true);
  t.is(value('JobOrderId'), `MES-${id}`);
  t.regex(String(value('WaitingReason')), /approval/);
  t.is((value('CreateTime') as Date).toISOString(), '2026-01-05T08:00:00.000Z');
  t.is((value('EndTime') as Date).getUTCFullYear(), 1601);
  t.true(has(space, `Jobs/${id}/Progress/EngineeringUnits`));

  await app.application.approveJob(app.actors.operator, id);
  await until(
    'it is approved',
    passing(app, () => value('Status') === 'approved'),
  );
  t.regex(String(value('WaitingReason')), /no printer/);
  await finish(lab);
});

test.serial('there are never more objects than the limit, and an ended job makes room', async t => {
  const ids = [101, 102, 103, 104, 105, 106, 107];
  const lab = await start(...ids.map(id => job(id, id === 107 ? 'collected' : 'approved')));
  const { app } = lab;
  await until(
    'the newest are there',
    passing(app, () => shown(ids).length === LIMIT),
  );
  await settled(lab);
  t.deepEqual(shown(ids), [102, 103, 104, 105, 106]);

  await put(app, job(106, 'failed'), job(105, 'failed'));
  await until(
    'an older open job has moved up',
    passing(app, () => has(space, 'Jobs/101')),
  );
  await settled(lab);
  t.deepEqual(shown(ids), [101, 102, 103, 104, 107]);
  t.false(has(space, 'Jobs/106/Status'));
  await finish(lab);
});

test.serial('a burst of submissions shares one round and keeps to the limit', async t => {
  const lab = await start();
  const { app } = lab;
  const ids = Array.from({ length: 300 }, (_, index) => 1001 + index);
  await Promise.all(ids.map(id => put(app, job(id, 'created'))));
  let most = 0;
  const newestIsThere = (): boolean => {
    most = Math.max(most, shown(ids).length);
    return has(space, 'Jobs/1300');
  };
  await until('the newest are there', passing(app, newestIsThere));
  await settled(lab);
  t.deepEqual(shown(ids), [1296, 1297, 1298, 1299, 1300]);
  t.true(most <= LIMIT);
  await finish(lab);
});

test.serial('progress follows the live values, waiting reasons are looked at again', async t => {
  const lab = await start(
    job(2001, 'printing', { printer: 'Here' }),
    job(2002, 'approved', { wantedPrinter: 'Here' }),
    job(2003, 'picked', { printer: 'Here', progress: 100 }),
  );
  const { app } = lab;
  await until(
    'all are there',
    passing(app, () => shown([2001, 2002, 2003]).length === 3),
  );
  await settled(lab);
  const native = {};
  const print = { file: 'x', progress: 62.5, timeUsed: 1, timeLeft: 1, timeLeftApprox: null, native };
  app.live.write('Here', snapshotOf('printing', { job: print }));
  t.is(plainValueOf(space, 'Jobs/2001/Progress'), 62.5);
  t.is(plainValueOf(space, 'Jobs/2003/Progress'), 100);

  const reason = (): string => String(plainValueOf(space, 'Jobs/2002/WaitingReason'));
  t.regex(reason(), /no longer in the lab/);
  await app.addPrinter('Here');
  await until(
    'the reason is another',
    passing(app, () => !/no longer in the lab/.test(reason()), 5000),
  );
  t.regex(reason(), /Here/);
  await finish(lab);
});

test.serial('a view that was made before a change never overwrites what came after it', async t => {
  const app = await createTestApp();
  await app.put('jobs', job(3001, 'approved'));
  let hold: Promise<void> | undefined;
  let held = 0;
  const lab = await startIn(app, async jobs => {
    const views = await app.application.viewJobs(jobs);
    if (hold !== undefined && jobs.every(({ status }) => status === 'approved')) {
      held += 1;
      await hold;
    }
    return views;
  });
  const status = (): unknown => plainValueOf(space, 'Jobs/3001/Status');
  await until(
    'it is there',
    passing(app, () => has(space, 'Jobs/3001')),
  );
  await settled(lab);
  t.is(status(), 'approved');

  const gate = Promise.withResolvers<void>();
  hold = gate.promise;
  await until(
    'a look at what waits is under way',
    passing(app, () => held === 1, 5000),
  );
  await put(app, job(3001, 'printing', { printer: 'Here' }));
  await until(
    'the change is shown',
    passing(app, () => status() === 'printing'),
  );
  await settled(lab);
  gate.resolve();
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  t.is(status(), 'printing');
  await finish(lab);
});

test.serial(
  'a start reads of the archive what holds the newest jobs alone, however many foreign prints it has',
  async t => {
    const memory = memoryDisk();
    const before = await createTestApp({ disk: memory });
    const ids = Array.from({ length: 3000 }, (_, index) => 10_000 + index);
    await before.put('jobs', ...ids.map(id => job(id, 'printed', { fromServer: false })));
    await before.close();

    const reads: string[] = [];
    const disk: Disk = {
      ...memory,
      read: path => {
        if (path.includes('/bucket-')) reads.push(path);
        return memory.read(path);
      },
    };
    const lab = await startIn(await createTestApp({ disk, accounts: false }));
    await until(
      'the newest is there',
      passing(lab.app, () => has(space, 'Jobs/12999')),
    );
    await settled(lab);
    t.deepEqual(shown(ids), ids.slice(-LIMIT));
    t.true(
      reads.every(path => path.includes('/bucket-12')),
      reads.join(),
    );
    await finish(lab);
  },
);
