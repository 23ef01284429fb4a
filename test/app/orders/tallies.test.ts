import test from 'ava';
import fc from 'fast-check';
import { advance, type Job } from '../../../src/domain/job.ts';
import { type JobStatus, jobStatuses, mayBecome } from '../../../src/domain/job-status.ts';
import { emptyTally, type OrderStatus, standingOf, type Tally } from '../../../src/domain/order.ts';
import { Refusal } from '../../../src/domain/refusal.ts';
import { memoryDisk } from '../../../src/store/memory-disk.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { TIME } from '../../support/domain.ts';

const ORDERS = ['A-1', 'B-2'];
const outcomes = ['printed', 'cancelled', 'failed', 'discarded'];

const orderId = fc.constantFrom(...ORDERS);
const which = fc.nat({ max: 1000 });
const step = fc.oneof(
  fc.record({
    kind: fc.constant('submit order' as const),
    orderId,
    quantity: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ kind: fc.constant('submit job' as const), orderId }),
  fc.record({ kind: fc.constant('cancel order' as const), orderId }),
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('move' as const), which, to: which }) },
  fc.record({ kind: fc.constantFrom('approve', 'reject', 'cancel', 'collect', 'hold', 'withdraw'), which }),
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('print' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('retry' as const), which }) },
  fc.record({ kind: fc.constant('resolve' as const), which, outcome: fc.constantFrom(...outcomes) }),
  fc.constant({ kind: 'checkpoint' as const }),
  fc.constant({ kind: 'restart' as const }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Along the table, as workers and robots do. */
const moveOn = (app: TestApp, id: number, to: number): Promise<void> =>
  app.commit({ actor: 'test' }, async tx => {
    const job = await tx.get('jobs', id);
    const possible = jobStatuses.filter(status => job !== undefined && mayBecome(job.status, status));
    const next = possible[to % possible.length];
    if (job === undefined || next === undefined || possible.length === 0) return;
    tx.put('jobs', advance(job, next, { time: TIME, actor: 'test' }));
  });

const way: readonly JobStatus[] = [
  'approved',
  'scheduled',
  'starting',
  'printing',
  'printed',
  'pickupIssued',
  'picked',
];

/** From wherever it waits to storage, one commit for each step. */
const print = async (app: TestApp, id: number): Promise<void> => {
  for (const next of way) {
    await app.commit({ actor: 'test' }, async tx => {
      const job = await tx.get('jobs', id);
      if (job !== undefined && mayBecome(job.status, next))
        tx.put('jobs', advance(job, next, { time: TIME, actor: 'test' }));
    });
  }
};

const act = async (app: TestApp, one: Step, jobs: number): Promise<unknown> => {
  const { application, actors } = app;
  if (one.kind === 'submit order') {
    const { orderId, quantity } = one;
    return application.submitOrder(actors.student, {
      orderId,
      quantity,
      file: 'f-part',
      owner: '',
      priority: 0,
    });
  }
  if (one.kind === 'submit job') {
    const nothing = { printer: '', owner: '', priority: 0, requestId: '' };
    return application.submitJob(actors.student, { ...nothing, file: 'f-part', orderId: one.orderId });
  }
  if (one.kind === 'cancel order') return application.cancelOrder(actors.student, one.orderId, '');
  if (one.kind === 'checkpoint') return app.store.checkpoint();
  if (one.kind === 'restart' || jobs === 0) return undefined;
  const id = 1 + (one.which % jobs);
  if (one.kind === 'move') return moveOn(app, id, one.to);
  if (one.kind === 'print') return print(app, id);
  if (one.kind === 'retry') return application.retryJob(actors.operator, id, '');
  if (one.kind === 'resolve') return application.resolveJob(actors.operator, id, one.outcome, '');
  if (one.kind === 'approve') return application.approveJob(actors.operator, id);
  if (one.kind === 'collect') return application.collectJob(actors.operator, id);
  if (one.kind === 'reject') return application.rejectJob(actors.operator, id, 'no');
  if (one.kind === 'hold') return application.holdJob(actors.operator, id, '');
  if (one.kind === 'withdraw') return application.withdrawJob(actors.operator, id, '');
  return application.cancelJob(actors.operator, id, '');
};

const recount = (jobs: readonly Job[]): Tally => {
  const tally = { ...emptyTally };
  for (const { status } of jobs) tally[standingOf(status)] += 1;
  return tally;
};

/** As the contract puts it, from the jobs alone. */
const statusOf = (tally: Tally, quantity: number, wasCancelled: boolean): OrderStatus => {
  if (wasCancelled) return 'cancelled';
  if (tally.done >= quantity) return 'done';
  return tally.open > 0 ? 'open' : 'incomplete';
};

test('whatever happens, the tally of an order is a recount of its jobs', async t => {
  const counted = { orders: 0, statuses: new Set<string>() };
  const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async steps => {
    const disk = memoryDisk();
    let app = await createTestApp({ disk });
    const { actors } = app;
    await app.addFile('student', { id: 'f-part' });
    /** By order: its jobs, and whether it was cancelled, as the answers told. */
    const cancelled = new Set<string>();
    for (const one of steps) {
      if (one.kind === 'restart') {
        await app.close();
        app = { ...(await createTestApp({ disk, accounts: false })), actors };
        continue;
      }
      try {
        await act(app, one, await app.store.count('jobs'));
        if (one.kind === 'cancel order') cancelled.add(one.orderId);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
      for (const order of await app.store.find('orders')) {
        const jobs = await app.store.find('jobs', { where: { orderNumber: order.id } });
        const tally = recount(jobs);
        t.deepEqual(order.tally, tally);
        t.is(order.status, statusOf(tally, order.quantity, cancelled.has(order.orderId)));
        t.true(jobs.length >= order.quantity);
        t.true(jobs.every(job => job.orderId === order.orderId));
        t.deepEqual(
          await app.application.getOrderJobs(actors.student, order.orderId),
          jobs.map(({ id }) => id),
        );
        counted.orders += 1;
        counted.statuses.add(order.status);
      }
    }
    await app.close();
  });
  await t.notThrowsAsync(fc.assert(property, { numRuns: 200, interruptAfterTimeLimit: 15_000 }));
  t.true(counted.orders > 100);
  t.deepEqual([...counted.statuses].sort(), ['cancelled', 'done', 'incomplete', 'open']);
});
