import test from 'ava';
import { createAlarmBook } from '../../../src/app/alarms/alarm-book.ts';
import { createCommit } from '../../../src/app/commit.ts';
import type { Store } from '../../../src/app/ports.ts';
import { acknowledgeAlarm, shelveAlarm } from '../../../src/domain/alarm-steps.ts';
import { Refusal } from '../../../src/domain/refusal.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { until } from '../../support/until.ts';

const remark = { text: '', locale: '', by: 'operator' };
const wrong = { active: true, message: 'MINTEMP.', severity: 700 };
const right = { active: false, message: '', severity: 700 };
const ID = 'P1/Fault';

const bookOf = (app: TestApp, store: Store = app.store) =>
  createAlarmBook({
    store,
    commit: createCommit(store, app.log),
    clock: app.clock,
    log: app.log,
  });

test('a fault is stored when it has lasted, and its end too', async t => {
  const app = await createTestApp();
  const book = bookOf(app);
  await book.start();
  book.observe('P1', 'Fault', wrong);
  t.is(book.get(ID), undefined);
  app.clock.advance(2000);
  book.observe('P1', 'Fault', wrong);
  await app.store.transaction(async () => undefined);
  t.is(await app.store.get('alarms', ID), undefined);
  // Nobody has to say it again.
  await until('it is stored', async () => {
    app.clock.advance(1000);
    return (await app.store.get('alarms', ID))?.active;
  });
  t.true(book.get(ID)?.active);
  book.observe('P1', 'Fault', right);
  book.observe('P1', 'Fault', wrong);
  app.clock.advance(10_000);
  t.true(book.get(ID)?.active, 'it was over for a moment only');
  book.observe('P1', 'Fault', right);
  await until('it is over', () => {
    app.clock.advance(1000);
    return book.get(ID)?.active === false;
  });
  await book.stop();
  await app.close();
});

test('what does not change costs no commit', async t => {
  const app = await createTestApp();
  const book = bookOf(app);
  await book.start();
  book.observe('P1', 'PlateWaiting', wrong);
  await until('it is stored', () => book.get('P1/PlateWaiting')?.active);
  const before = (await app.store.transaction(async tx => tx.put('counters', { id: 'jobs', last: 0 }))).seq;
  for (let count = 0; count < 100; count += 1) {
    book.observe('P1', 'PlateWaiting', wrong);
    book.observe('P1', 'PickupOverdue', right);
    app.clock.advance(1000);
  }
  await book.stop();
  const { seq } = await app.store.transaction(async tx => tx.put('counters', { id: 'jobs', last: 1 }));
  t.is(seq, before + 1);
  await app.close();
});

test('a store that fails is tried again, and told of in the log once', async t => {
  const app = await createTestApp();
  let failing = true;
  const store: Store = {
    ...app.store,
    transaction: async work => {
      if (failing) throw new Refusal('StorageFailed', 'The disk is full.');
      return app.store.transaction(work);
    },
  };
  const book = bookOf(app, store);
  await book.start();
  book.observe('P1', 'PlateWaiting', wrong);
  const errors = () => app.log.lines.filter(({ level }) => level === 'error');
  await until('a failure', () => errors().length > 0);
  for (let count = 0; count < 5; count += 1) {
    app.clock.advance(1000);
    await app.store.transaction(async () => undefined);
  }
  t.is(errors().length, 1);
  t.is(book.get('P1/PlateWaiting'), undefined);
  failing = false;
  await until('it is stored', () => {
    app.clock.advance(1000);
    return book.get('P1/PlateWaiting')?.active;
  });
  await book.stop();
  await app.close();
});

test('after a restart an alarm is the same occurrence, and is unshelved in its time', async t => {
  const app = await createTestApp();
  const first = bookOf(app);
  await first.start();
  first.observe('', 'Certificate', wrong);
  await until('it is stored', () => first.get('/Certificate')?.active);
  t.is(await first.change('/Certificate', 'a-1', acknowledgeAlarm(remark)), undefined);
  t.is(await first.change('/Certificate', 'a-1', acknowledgeAlarm(remark)), 'alreadyAcked');
  t.is(await first.change('/Certificate', 'a-1', shelveAlarm(60_000)), undefined);
  t.is(await first.change('/None', 'a-1', acknowledgeAlarm(remark)), 'unknown');
  await first.stop();
  const second = bookOf(app);
  await second.start();
  second.observe('', 'Certificate', wrong);
  t.like(second.get('/Certificate'), { active: true, acked: true, confirmed: false, shelving: 'timed' });
  app.clock.advance(60_000);
  await until('it is unshelved', () => {
    app.clock.advance(1000);
    return second.get('/Certificate')?.shelving === 'unshelved';
  });
  await second.stop();
  await app.close();
});

test('the alarms of a printer that has gone are forgotten', async t => {
  const app = await createTestApp();
  const book = bookOf(app);
  await book.start();
  for (const source of ['P1', 'P2']) book.observe(source, 'PlateWaiting', wrong);
  await until('both are stored', () => [...book.all()].length === 2);
  book.observe('P1', 'Fault', wrong);
  book.forget('P1');
  await until('one is left', () => [...book.all()].length === 1);
  app.clock.advance(10_000);
  await book.stop();
  t.deepEqual(
    (await app.store.find('alarms')).map(({ id }) => id),
    ['P2/PlateWaiting'],
  );
  await app.close();
});
