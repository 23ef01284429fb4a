import test from 'ava';
import { type JobStatus, jobStatuses, mayBecome } from '../../src/domain/job-status.ts';
import {
  cancelOrder,
  checkOrderId,
  checkQuantity,
  countJob,
  emptyTally,
  isOrderId,
  newOrder,
  type Order,
  orderStatusCodeOf,
  orderStatuses,
  type Standing,
  standingOf,
} from '../../src/domain/order.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import { someOrder, TIME } from '../support/domain.ts';

/** The contract: Done = picked + collected + discarded; open while a job can still reach picked. */
const contract: Readonly<Record<Standing, readonly JobStatus[]>> = {
  open: [
    'created',
    'approved',
    'scheduled',
    'starting',
    'printing',
    'paused',
    'printed',
    'pickupIssued',
    'cancelIssued',
    'unknown',
  ],
  done: ['picked', 'collected', 'discarded'],
  failed: ['failed'],
  cancelled: ['cancelled', 'rejected'],
};

const withJobs = (quantity: number, ...jobs: JobStatus[]): Order =>
  jobs.reduce((order, status) => countJob(order, undefined, status), someOrder({ quantity }));

test('every status of a job stands to its order as in the contract', t => {
  for (const [standing, statuses] of Object.entries(contract)) {
    for (const status of statuses) t.is(standingOf(status) as string, standing, status);
  }
  t.is(Object.values(contract).flat().length, jobStatuses.length);
});

test('open are exactly the jobs that can still reach picked', t => {
  const reaches = (from: JobStatus, seen = new Set<JobStatus>([from])): boolean => {
    if (from === 'picked') return true;
    return jobStatuses.some(to => {
      if (!mayBecome(from, to) || seen.has(to)) return false;
      seen.add(to);
      return reaches(to, seen);
    });
  };
  for (const status of jobStatuses) {
    if (standingOf(status) !== 'done') t.is(reaches(status), standingOf(status) === 'open', status);
  }
});

test('codes are those of the contract', t => {
  t.deepEqual(
    orderStatuses.map(status => [status, orderStatusCodeOf(status)]),
    [
      ['open', 1],
      ['done', 2],
      ['cancelled', 3],
      ['incomplete', 4],
    ],
  );
});

test('the status follows from the jobs', t => {
  const cases: readonly [quantity: number, jobs: readonly JobStatus[], status: string][] = [
    [2, ['created', 'created'], 'open'],
    [2, ['picked', 'printed'], 'open'],
    [2, ['failed', 'unknown'], 'open'],
    [2, ['picked', 'cancelIssued'], 'open'],
    [2, ['picked', 'collected'], 'done'],
    [2, ['discarded', 'collected', 'failed'], 'done'],
    [2, ['picked', 'failed'], 'incomplete'],
    [2, ['picked', 'cancelled'], 'incomplete'],
    [1, ['rejected'], 'incomplete'],
    [1, ['failed', 'approved'], 'open'],
    [1, ['collected', 'approved'], 'done'],
    [1, ['collected', 'picked'], 'done'],
  ];
  for (const [quantity, jobs, status] of cases) {
    t.is(withJobs(quantity, ...jobs).status as string, status, `${quantity} of ${jobs.join()}`);
  }
});

test('a job that moves takes its count along; within a standing nothing changes', t => {
  const order = withJobs(2, 'created', 'created');
  t.is(countJob(order, 'created', 'approved'), order);
  t.is(countJob(order, 'picked', 'collected'), order);
  const done = countJob(countJob(order, 'printed', 'picked'), 'pickupIssued', 'picked');
  t.deepEqual(done.tally, { ...emptyTally, done: 2 });
  t.is(done.status, 'done');
  const bad = countJob(done, 'collected', 'failed');
  t.deepEqual(bad.tally, { ...emptyTally, done: 1, failed: 1 });
  t.is(bad.status, 'incomplete');
  t.is(countJob(bad, undefined, 'created').status, 'open');
});

test('a cancelled order stays cancelled, and goes on counting', t => {
  const cancelled = cancelOrder(withJobs(1, 'printed'), { time: TIME, actor: 'a', reason: 'no' });
  const picked = countJob(cancelled, 'printed', 'picked');
  t.is(picked.status, 'cancelled');
  t.is(picked.tally.done, 1);
});

test('an OrderId is kept as it was given, and known ignoring case', t => {
  const { tally, status, cancellation, key, ...given } = someOrder({ orderId: 'A-17.b_C' });
  t.is(newOrder(given).key, 'a-17.b_c');
  t.is(newOrder(given).orderId, 'A-17.b_C');
  for (const good of ['A', '.a', '0', 'a'.repeat(64), 'A-17.b_C']) t.notThrows(() => checkOrderId(good));
  for (const bad of ['', 'a'.repeat(65), 'a b', 'ä', 'a/b', 'a:b', 'a\n', ' a', '.', '..']) {
    t.false(isOrderId(bad));
    t.throws(() => checkOrderId(bad), { instanceOf: Refusal, message: /^OrderId must be/ }, bad);
  }
});

test('a quantity is a number of 1 to 1000', t => {
  for (const good of [1, 1000]) t.notThrows(() => checkQuantity(good));
  for (const bad of [0, -1, 1001, 1.5, Number.NaN, 2 ** 32]) {
    t.throws(() => checkQuantity(bad), { instanceOf: Refusal, message: 'Quantity must be 1 to 1000.' });
  }
});
