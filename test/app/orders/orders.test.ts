import test from 'ava';
import type { SubmitOrderCommand } from '../../../src/app/application.ts';
import { type JobStatus, jobStatuses } from '../../../src/domain/job-status.ts';
import type { Order } from '../../../src/domain/order.ts';
import { memoryDisk } from '../../../src/store/memory-disk.ts';
import { createTestApp, type Person, required, type TestApp } from '../../support/app.ts';
import { faultyDisk } from '../../support/faulty-disk.ts';
import { refused } from '../../support/refused.ts';

const YEAR = 365 * 24 * 3_600_000;

const command = (changes: Partial<SubmitOrderCommand> = {}): SubmitOrderCommand => ({
  orderId: 'A-17',
  file: 'bracket',
  quantity: 3,
  owner: '',
  priority: 0,
  ...changes,
});

/** A lab with a published part, so that everybody may order it. */
const lab = async (options: Parameters<typeof createTestApp>[0] = {}) => {
  const app = await createTestApp(options);
  if (options?.accounts !== false) await app.addFile('operator', { partName: 'bracket' });
  const order = (person: Person, changes: Partial<SubmitOrderCommand> = {}) =>
    app.application.submitOrder(app.actors[person], command(changes));
  const orderOf = async (orderId = 'A-17'): Promise<Order> =>
    required((await app.store.find('orders', { where: { orderId } }))[0], orderId);
  /** Moves a job as its printer would. */
  const move = (id: number, status: JobStatus) => moveIn(app, id, status);
  return { ...app, order, orderOf, move };
};

const moveIn = (app: TestApp, id: number, status: JobStatus): Promise<void> =>
  app.commit({ actor: 'test' }, async tx => {
    tx.put('jobs', { ...required(await tx.get('jobs', id), `job ${id}`), status });
  });

test('an order and all of its jobs are one commit', async t => {
  const { order, orderOf, store, published, actors } = await lab();
  const before = published.length;
  t.deepEqual(await order('plc', { owner: 'student', priority: 5 }), { repeated: false });
  t.is(published.length, before + 1);
  const jobs = await store.find('jobs');
  t.is(jobs.length, 3);
  for (const job of jobs) {
    t.like(job, {
      owner: actors.student.accountId,
      submitter: actors.plc.accountId,
      fileName: 'bracket',
      orderId: 'A-17',
      orderNumber: 1,
      priority: 5,
      // A published part needs no approval.
      status: 'approved',
    });
  }
  t.like(await orderOf(), {
    quantity: 3,
    status: 'open',
    tally: { open: 3, done: 0, failed: 0, cancelled: 0 },
    firstJob: 1,
  });
});

test("a user's priority is clamped as in a submission", async t => {
  const { order, orderOf } = await lab();
  await order('student', { priority: 7 });
  t.is((await orderOf()).priority, 0);
});

test('the identical call by the same account is a repeat for good, ignoring the case of the OrderId', async t => {
  const disk = memoryDisk();
  const first = await lab({ disk });
  await first.order('plc');
  t.deepEqual(await first.order('plc', { orderId: 'a-17' }), { repeated: true });
  await first.close();
  const second = await createTestApp({ disk, accounts: false });
  second.clock.advance(10 * YEAR);
  const repeat = await second.application.submitOrder(first.actors.plc, command());
  t.deepEqual(repeat, { repeated: true });
  t.is(await second.store.count('jobs'), 3);
});

test('repeats that run at the same time make one order', async t => {
  const { order, store } = await lab();
  const answers = await Promise.all(Array.from({ length: 8 }, () => order('plc')));
  t.is(answers.filter(({ repeated }) => !repeated).length, 1);
  t.is(await store.count('jobs'), 3);
});

test('an OrderId is never used again, and strangers learn no more than that it is taken', async t => {
  const { order, store, application, actors } = await lab();
  await order('student');
  const others: Partial<SubmitOrderCommand>[] = [
    { quantity: 4 },
    { file: 'hook' },
    { priority: -1 },
    { owner: 'student' },
  ];
  for (const changes of others) {
    const refusal = await refused(t, 'RequestIdConflict', () => order('student', changes));
    t.regex(refusal.message, /other arguments/);
  }
  for (const person of ['student2', 'plc', 'operator'] as const) {
    const refusal = await refused(t, 'RequestIdConflict', () => order(person));
    t.is(refusal.message, 'This OrderId is taken: use a new one.');
  }
  await application.cancelOrder(actors.student, 'A-17', '');
  t.deepEqual(await order('student'), { repeated: true });
  t.is(await store.count('jobs'), 3);
});

test('what is refused makes nothing, and the same call succeeds later', async t => {
  const { order, store, application, actors } = await lab({
    rules: { maxOpenJobs: 5, maxOpenJobsPerUser: 4 },
  });
  await refused(t, 'InvalidArgument', () => order('student', { orderId: 'no good' }));
  await refused(t, 'InvalidArgument', () => order('student', { quantity: 0 }));
  await refused(t, 'InvalidArgument', () => order('student', { priority: 0.5 }));
  await refused(t, 'NotFound', () => order('student', { file: 'nothing' }));
  await refused(t, 'NotPermitted', () => order('student', { owner: 'student2' }));
  await refused(t, 'NotFound', () => order('plc', { owner: 'nobody' }));
  const quota = await refused(t, 'QuotaExceeded', () => order('student', { quantity: 5 }));
  t.is(quota.message, 'You have 0 of at most 4 open jobs: 5 more are too many, submit fewer.');
  await refused(t, 'Busy', () => order('plc', { quantity: 6 }));
  t.is(await store.count('jobs'), 0);
  t.is(await store.count('orders'), 0);
  t.is((await store.get('counters', 'orders'))?.last, undefined);

  await order('plc', { orderId: 'B-1', quantity: 3 });
  await refused(t, 'Busy', () => order('student'));
  await application.cancelOrder(actors.plc, 'B-1', '');
  t.deepEqual(await order('student'), { repeated: false });
});

test('a file that no printer can ever print is refused', async t => {
  const { order, addPrinter, addFile, store } = await lab();
  await addPrinter('Printer1', { model: 'Prusa XL' });
  const { id: file, metadata } = await addFile('student');
  await store.transaction(async tx => {
    const row = required(await tx.get('files', file), file);
    tx.put('files', { ...row, metadata: { ...metadata, printerModel: 'MK4S' } });
  });
  await refused(t, 'NoCompatiblePrinter', () => order('student', { file }));
  t.is(await store.count('orders'), 0);
});

test('a write that fails leaves neither order nor jobs, and can be repeated', async t => {
  const disk = faultyDisk();
  const { order, store } = await lab({ disk });
  disk.fault = ({ kind }) => (kind === 'append' ? { code: 'ENOSPC', done: 'nothing' } : undefined);
  await refused(t, 'StorageFailed', () => order('plc'));
  t.is(await store.count('orders'), 0);
  t.is(await store.count('jobs'), 0);
  disk.fault = () => undefined;
  t.deepEqual(await order('plc'), { repeated: false });
  t.is(await store.count('jobs'), 3);
});

test('after a crash at any moment there is all of an order or nothing of it', async t => {
  const disk = faultyDisk();
  const { order, close } = await lab({ disk });
  const begin = disk.moments.length;
  await order('plc');
  const moments = disk.moments.slice(begin);
  await close();
  t.true(moments.length > 0);
  const seen = new Set<number>();
  for (const moment of moments) {
    const { store } = await createTestApp({ disk: faultyDisk(moment), accounts: false });
    const jobs = await store.count('jobs');
    const orders = await store.find('orders');
    t.is(orders.length, jobs === 0 ? 0 : 1);
    if (jobs > 0) t.like(orders[0], { quantity: jobs, tally: { open: jobs } });
    seen.add(jobs);
  }
  t.true(seen.has(3));
});

test('the OrderId of a plain submission makes no order and counts for none', async t => {
  const { order, orderOf, submit, move, application, actors, published } = await lab();
  const reference = await submit('plc', { orderId: 'A-17' });
  await refused(t, 'NotFound', () => application.getOrder(actors.plc, 'A-17'));
  await order('plc');
  const other = await submit('plc', { orderId: 'A-17' });
  await move(reference, 'picked');
  t.like(await orderOf(), { tally: { open: 3, done: 0 } });
  t.deepEqual(await application.getOrderJobs(actors.plc, 'A-17'), [2, 3, 4]);
  await application.cancelOrder(actors.plc, 'A-17', '');
  t.is((await application.getJob(actors.plc, other)).job.status, 'approved');
  // No row of an order is written for it.
  const before = published.length;
  await submit('plc', { orderId: 'A-17' });
  const collections = published.slice(before).flatMap(({ changes }) => changes.map(one => one.collection));
  t.false(collections.includes('orders'));
});

test('cancelling an order cancels what is not printed yet, and nothing else', async t => {
  const after: Readonly<Partial<Record<JobStatus, JobStatus>>> = {
    created: 'cancelled',
    approved: 'cancelled',
    scheduled: 'cancelled',
    starting: 'cancelIssued',
    printing: 'cancelIssued',
    paused: 'cancelIssued',
  };
  for (const status of jobStatuses) {
    const { order, orderOf, move, jobOf, application, actors } = await lab();
    await order('plc', { quantity: 2 });
    await move(1, status);
    await application.cancelOrder(actors.plc, 'A-17', 'no need');
    const job = await jobOf(1);
    t.is(job.status, after[status] ?? status, status);
    if (after[status] !== undefined) t.is(job.history.at(-1)?.reason, 'no need');
    if (after[status] === 'cancelIssued') t.true(job.cancelAccepted);
    t.is((await jobOf(2)).status, 'cancelled');
    t.like(await orderOf(), { status: 'cancelled', cancellation: { reason: 'no need' } });
  }
});

test('a print is told to stop also where nobody follows its printer now', async t => {
  const { order, orderOf, setJob, jobOf, addPrinter, application, actors } = await lab();
  await addPrinter('Printer1');
  await order('plc');
  await setJob(1, { status: 'printing', printer: 'Printer1' });
  await application.stopWorker(actors.operator, 'Printer1');
  await application.cancelOrder(actors.plc, 'A-17', '');
  t.like(await jobOf(1), { status: 'cancelIssued', cancelAccepted: true });
  t.like(await orderOf(), { status: 'cancelled', tally: { open: 1, cancelled: 2 } });
});

test('a cancelled order stays so whatever becomes of its jobs, and a repeat changes nothing', async t => {
  const { order, orderOf, move, application, actors, published } = await lab();
  await order('plc');
  await move(1, 'printed');
  await application.cancelOrder(actors.plc, 'A-17', 'first');
  const before = published.length;
  await application.cancelOrder(actors.plc, 'A-17', 'second');
  t.is(published.length, before);
  await move(1, 'picked');
  t.like(await orderOf(), { status: 'cancelled', cancellation: { reason: 'first' }, tally: { done: 1 } });
  const refusal = await refused(t, 'InvalidState', () => application.retryJob(actors.plc, 2, ''));
  t.is(refusal.message, 'Order A-17 of job 2 is cancelled: submit the file anew.');
});

test('a done order has nothing to cancel, an incomplete one can be closed', async t => {
  const { order, orderOf, move, application, actors } = await lab();
  await order('plc', { quantity: 1 });
  await move(1, 'picked');
  await refused(t, 'InvalidState', () => application.cancelOrder(actors.plc, 'A-17', ''));
  await move(1, 'failed');
  t.is((await orderOf()).status, 'incomplete');
  await application.cancelOrder(actors.plc, 'A-17', '');
  t.is((await orderOf()).status, 'cancelled');
});

test('a retry belongs to the order and opens it again', async t => {
  const { order, orderOf, move, jobOf, application, actors } = await lab();
  await order('plc', { quantity: 2 });
  await move(1, 'picked');
  await move(2, 'failed');
  t.like(await orderOf(), { status: 'incomplete', tally: { open: 0, done: 1, failed: 1 } });
  const retry = await application.retryJob(actors.plc, 2, 'R-1');
  t.like(await jobOf(retry.jobId), { orderId: 'A-17', orderNumber: 1 });
  t.like(await orderOf(), { status: 'open', tally: { open: 1, done: 1, failed: 1 } });
  await application.retryJob(actors.plc, 2, 'R-1');
  t.is((await orderOf()).tally.open, 1);
  await move(retry.jobId, 'picked');
  t.like(await orderOf(), { status: 'done', tally: { open: 0, done: 2, failed: 1 } });
  t.deepEqual(await application.getOrderJobs(actors.plc, 'A-17'), [1, 2, retry.jobId]);
});

test('orders go on over a restart with their jobs archived: a bad part found then counts', async t => {
  const disk = memoryDisk();
  const first = await lab({ disk });
  await first.order('plc', { quantity: 2 });
  await first.move(1, 'collected');
  await first.move(2, 'collected');
  await first.close();

  const { application, store, commit } = await createTestApp({ disk, accounts: false });
  const { plc, operator } = first.actors;
  t.is((await application.getOrder(plc, 'A-17')).order.status, 'done');
  t.deepEqual(await application.getOrderJobs(plc, 'A-17'), [1, 2]);
  await application.resolveJob(operator, 1, 'failed', 'cracked');
  t.like((await application.getOrder(plc, 'A-17')).order, {
    status: 'incomplete',
    tally: { open: 0, done: 1, failed: 1 },
  });
  // A retention that deletes finished jobs takes nothing from the order.
  await commit({ actor: 'test' }, async tx => tx.delete('jobs', 2));
  t.is((await application.getOrder(plc, 'A-17')).order.tally.done, 1);
  t.is(await store.count('jobs', { orderId: 'A-17' }), 1);
});

test('a user sees own orders alone, as owner or as submitter', async t => {
  const { order, application, actors } = await lab();
  await order('student', { orderId: 'mine' });
  await order('plc', { orderId: 'for-me', owner: 'student' });
  await order('student2', { orderId: 'other' });
  const found = async (person: Person) =>
    (await application.findOrders(actors[person], { status: '', owner: '', after: 0, maxCount: 10 })).map(
      ({ order: one, ownerName }) => `${one.orderId} of ${ownerName}`,
    );
  t.deepEqual(await found('student'), ['mine of student', 'for-me of student']);
  t.deepEqual(await found('operator'), ['mine of student', 'for-me of student', 'other of student2']);
  t.is((await application.getOrder(actors.student, 'FOR-ME')).order.orderId, 'for-me');
  await refused(t, 'NotFound', () => application.getOrder(actors.student, 'other'));
  await refused(t, 'NotFound', () => application.cancelOrder(actors.student, 'other', ''));
  await refused(t, 'NotPermitted', () => application.cancelOrder(actors.plc, 'other', ''));
  await application.cancelOrder(actors.student, 'for-me', '');
});
