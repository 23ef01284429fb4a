import test from 'ava';
import type { AddressSpace } from 'node-opcua';
import { cancelOrder, countJob, type Order } from '../../../src/domain/order.ts';
import { installOrderNodes } from '../../../src/opcua/nodes/order-nodes.ts';
import { createAddressSpace, dataValueOf, has, plainValueOf } from '../../support/address-space.ts';
import { createTestApp } from '../../support/app.ts';
import { someOrder, TIME } from '../../support/domain.ts';
import { spyStore } from '../../support/spy-store.ts';
import { until } from '../../support/until.ts';

const LIMIT = 3;

let space: AddressSpace;
test.before(async () => {
  space = await createAddressSpace();
});
test.after.always(() => space?.dispose());

/** OrderIds must not be used by another test: they share the address space. */
const start = async (...rows: Order[]) => {
  const app = await createTestApp();
  await app.put('orders', ...rows);
  const { store, commit, clock, log, application } = app;
  const { usernameOf } = application;
  let reads = 0;
  const spied = spyStore(store, collection => {
    if (collection === 'orders') reads += 1;
  });
  const nodes = installOrderNodes({
    addressSpace: space,
    store: spied,
    commit,
    clock,
    log,
    usernameOf,
    limit: LIMIT,
  });
  await nodes.start();

  const settled = async (): Promise<void> => {
    let done = false;
    const work = nodes.settled().then(() => {
      done = true;
    });
    await until('the nodes have settled', () => {
      clock.advance(100);
      return done;
    });
    await work;
  };
  const finish = async (): Promise<void> => {
    await nodes.stop();
    await app.close();
  };
  await settled();
  return { app, nodes, settled, finish, reads: () => reads };
};

const open = (id: number, orderId: string): Order =>
  countJob(someOrder({ id, orderId }), undefined, 'approved');
const done = (id: number, orderId: string): Order =>
  countJob(someOrder({ id, orderId }), undefined, 'picked');
const shown = (...orderIds: string[]): string[] =>
  orderIds.filter(orderId => has(space, `Orders/${orderId}`));

test('an order shows all of its facts and follows its jobs', async t => {
  const lab = await start();
  const { app } = lab;
  const file = await app.addFile('plc', { partName: 'bracket' });
  await app.application.submitOrder(app.actors.plc, {
    orderId: 'A-17',
    file: file.partName,
    quantity: 2,
    owner: 'student',
    priority: 0,
  });
  await lab.settled();
  const value = (name: string) => plainValueOf(space, `Orders/A-17/${name}`);
  t.deepEqual(['OrderId', 'Owner', 'File', 'Quantity', 'Done', 'Failed', 'StatusCode', 'Status'].map(value), [
    'A-17',
    'student',
    'bracket',
    2,
    0,
    0,
    1,
    'open',
  ]);
  const [order] = await app.store.find('orders');
  t.deepEqual(value('CreateTime'), new Date(order?.createTime ?? ''));
  t.is(dataValueOf(space, 'Orders/A-17/Done').statusCode.name, 'Good');

  const [first, second] = await app.store.find('jobs');
  await app.commit({ actor: 'test' }, async tx => {
    if (first) tx.put('jobs', { ...first, status: 'picked' });
    if (second) tx.put('jobs', { ...second, status: 'failed' });
  });
  await lab.settled();
  t.deepEqual(['Done', 'Failed', 'StatusCode', 'Status'].map(value), [1, 1, 4, 'incomplete']);
  await lab.finish();
});

test('open orders come first, then the newest; what falls out loses its object', async t => {
  const lab = await start(open(1, 'B-1'), done(2, 'B-2'), done(3, 'B-3'), open(4, 'B-4'), done(5, 'B-5'));
  const all = ['B-1', 'B-2', 'B-3', 'B-4', 'B-5', 'B-6', 'B-7'];
  t.deepEqual(shown(...all), ['B-1', 'B-4', 'B-5']);
  await lab.app.commit({ actor: 'test' }, async tx => tx.put('orders', open(6, 'B-6')));
  await lab.settled();
  t.deepEqual(shown(...all), ['B-1', 'B-4', 'B-6']);
  await lab.app.commit({ actor: 'test' }, async tx => {
    tx.put('orders', cancelOrder(open(1, 'B-1'), { time: TIME, actor: 'a', reason: '' }));
    tx.put('orders', open(7, 'B-7'));
  });
  await lab.settled();
  t.deepEqual(shown(...all), ['B-4', 'B-6', 'B-7']);
  await lab.finish();
});

test('a burst of commits is shown once, and nothing is shown after the end', async t => {
  const lab = await start(open(1, 'C-1'));
  const logged = lab.app.log.lines.length;
  const before = lab.reads();
  for (let count = 0; count < 20; count += 1) {
    await lab.app.commit({ actor: 'test' }, async tx => tx.put('orders', open(2 + count, `C-${2 + count}`)));
  }
  await lab.settled();
  t.true(lab.reads() - before <= 6, `${lab.reads() - before} readings`);
  t.deepEqual(shown('C-21', 'C-20', 'C-19', 'C-18'), ['C-21', 'C-20', 'C-19']);
  await lab.nodes.stop();
  await lab.app.commit({ actor: 'test' }, async tx => tx.put('orders', open(30, 'C-30')));
  lab.app.clock.advance(1000);
  t.deepEqual(shown('C-30'), []);
  t.is(lab.app.log.lines.length, logged);
  await lab.app.close();
});
