import test from 'ava';
import type { Job } from '../../../../src/domain/job.ts';
import { createJobBook } from '../../../../src/opcua/companion/job-control/job-book.ts';
import { computeWhenRead } from '../../../../src/opcua/companion/job-control/job-order-list.ts';
import { createStructures } from '../../../../src/opcua/companion/job-control/structures.ts';
import { createAddressSpace } from '../../../support/address-space.ts';
import { someJob } from '../../../support/domain.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 5, 8, minute)).toISOString();
const ids = (jobs: readonly Job[]): number[] => jobs.map(({ id }) => id);

test('the list is in the order of execution: ended, running, allowed by priority and age, not allowed', t => {
  const book = createJobBook(100);
  for (const job of [
    someJob({ id: 1, status: 'approved', priority: 1 }),
    someJob({ id: 2, status: 'approved', priority: 9 }),
    someJob({ id: 3, status: 'approved', priority: -5 }),
    someJob({ id: 4, status: 'created', priority: 50 }),
    someJob({ id: 5, status: 'printing', startTime: at(30) }),
    someJob({ id: 6, status: 'unknown', startTime: at(20) }),
    someJob({ id: 7, status: 'collected', startTime: at(10) }),
    someJob({ id: 8, status: 'failed', startTime: at(5) }),
    someJob({ id: 9, status: 'approved', priority: 1 }),
    someJob({ id: 10, status: 'approved', priority: 2 ** 31 - 1 }),
  ])
    book.put(job);
  t.deepEqual(ids(book.ofLab(100)), [8, 7, 6, 5, 10, 2, 1, 9, 3, 4]);
});

test('a list that is too short keeps what runs, some that ended last, and what comes next', t => {
  const book = createJobBook(1000);
  for (let id = 1; id <= 20; id += 1) {
    book.put(someJob({ id, status: 'collected', startTime: at(id) }));
    book.put(someJob({ id: 100 + id, status: 'approved' }));
    if (id <= 3) book.put(someJob({ id: 200 + id, status: 'printing', startTime: at(id) }));
  }
  t.deepEqual(ids(book.ofLab(12)), [18, 19, 20, 201, 202, 203, 101, 102, 103, 104, 105, 106]);
});

test('of final jobs the newest are remembered, and of the others all', t => {
  const book = createJobBook(10);
  for (let id = 1; id <= 1000; id += 1) book.put(someJob({ id, status: 'collected' }));
  const kept = ids(book.ofLab(1000));
  t.true(kept.length >= 10 && kept.length <= 20);
  t.true(kept.includes(1000));
});

test('a job leaves the lists when it is taken off, deleted, or given to another printer', t => {
  const book = createJobBook(10);
  const job = someJob({ id: 1, status: 'scheduled', printer: 'Printer1' });
  book.put(job);
  t.deepEqual(ids(book.ofPrinter('Printer1', 10)), [1]);
  book.put({ ...job, status: 'approved', printer: '' });
  t.deepEqual(ids(book.ofPrinter('Printer1', 10)), []);
  t.deepEqual(ids(book.ofLab(10)), [1]);
  book.put({ ...job, status: 'cancelled', offList: true });
  t.deepEqual(ids(book.ofLab(10)), []);
  book.put(job);
  book.delete(1);
  t.deepEqual(ids(book.ofLab(10)), []);
});

test('with 20 000 open jobs a read costs what has changed since the last one, not the queue', async t => {
  const space = await createAddressSpace();
  const structures = createStructures(space);
  const book = createJobBook(1000);
  for (let id = 1; id <= 20_000; id += 1)
    book.put(someJob({ id, status: 'approved', jobOrderId: `MES-${id}` }));
  const node = space.getNamespace(3).addVariable({
    browseName: 'List',
    nodeId: 'ns=3;s=List',
    dataType: 'ns=7;i=3015',
    valueRank: 1,
    organizedBy: space.rootFolder.objects,
  });
  let made = 0;
  const counting = {
    orderAndState(job: Job) {
      if (!structures.isReady(job)) made += 1;
      return structures.orderAndState(job);
    },
  };
  const source = { jobs: () => book.ofLab(1000), version: () => book.version() };
  computeWhenRead(node, source, counting, { now: () => new Date() });
  const read = (): { length: number; ms: number } => {
    // Processor time: a machine that is busy with other things makes no difference.
    const begin = process.threadCpuUsage();
    const { length } = node.readValue().value.value as readonly unknown[];
    return { length, ms: process.threadCpuUsage(begin).user / 1000 };
  };
  t.is(read().length, 1000);
  t.is(made, 1000);
  const times: number[] = [];
  for (let id = 1; id <= 20; id += 1) {
    made = 0;
    book.put(someJob({ id, status: 'printing', printer: 'Printer1', startTime: at(id) }));
    const { length, ms } = read();
    times.push(ms);
    t.is(length, 1000);
    t.true(made <= 2, `${made} were made`);
  }
  // It takes 3 ms.
  const median = times.sort((left, right) => left - right)[10] ?? Number.POSITIVE_INFINITY;
  t.true(median < 20, `${median} ms`);
  t.log(`a read after a change: ${median.toFixed(1)} ms`);
  space.dispose();
});
