import test from 'ava';
import type { NewJobOrder } from '../../../src/app/application.ts';
import { createTestApp, type Person, type TestApp } from '../../support/app.ts';
import { refused } from '../../support/refused.ts';

const said: NewJobOrder['said'] = {
  workMaster: 'f-1',
  description: [],
  jobName: [{ locale: 'en', text: 'Bracket' }],
  orderNumbers: ['A-17'],
  customers: [],
  customerOrderNumbers: [],
  startTime: null,
  endTime: null,
};

const store = (app: TestApp, person: Person, id: string, held = true): Promise<number> =>
  app.submit(person, { jobOrder: { id, held, said } });

test('a stored job order is held, and found by its JobOrderID by whom it concerns', async t => {
  const app = await createTestApp();
  const id = await store(app, 'student', 'JO-1');
  t.like(await app.jobOf(id), { jobOrderId: 'JO-1', held: true, status: 'created', jobOrder: said });
  t.is((await app.application.getJobOrder(app.actors.student, 'JO-1')).id, id);
  t.is((await app.application.getJobOrder(app.actors.plc, 'JO-1')).id, id);
  await refused(t, 'NotFound', () => app.application.getJobOrder(app.actors.student2, 'JO-1'));
  await refused(t, 'NotFound', () => app.application.getJobOrder(app.actors.plc, ''));
});

test('other jobs are found by MES- and their number', async t => {
  const app = await createTestApp();
  const id = await app.submit('student');
  t.is((await app.application.getJobOrder(app.actors.student, `MES-${id}`)).id, id);
  const order = await store(app, 'student', 'JO-1');
  await refused(t, 'NotFound', () => app.application.getJobOrder(app.actors.student, `MES-${order}`));
});

test('a JobOrderID is given once for good, and the own prefix to nobody', async t => {
  const app = await createTestApp();
  const id = await store(app, 'student', 'JO-1');
  await refused(t, 'RequestIdConflict', () => store(app, 'student', 'JO-1'));
  await app.application.withdrawJob(app.actors.student, id, '');
  await refused(t, 'NotFound', () => app.application.getJobOrder(app.actors.student, 'JO-1'));
  await refused(t, 'RequestIdConflict', () => store(app, 'student', 'JO-1'));
  for (const own of ['MES-9', 'mes-9', 'MES-x'])
    await refused(t, 'RequestIdConflict', () => store(app, 'student', own));
  for (const bad of ['', ' JO-2', 'a\nb', 'x'.repeat(256)])
    await refused(t, 'InvalidArgument', () => store(app, 'student', bad));
});

test('two stores of one JobOrderID at once make one job', async t => {
  const app = await createTestApp();
  const outcomes = await Promise.allSettled([store(app, 'plc', 'JO-1'), store(app, 'plc', 'JO-1')]);
  t.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  t.is((await app.store.find('jobs')).length, 1);
});

test('a job order that is to start is refused unless somebody approves it; nothing stays of it', async t => {
  const app = await createTestApp();
  await refused(t, 'NotPermitted', () => store(app, 'student', 'JO-1', false));
  t.is((await app.store.find('jobs')).length, 0);
  t.like(await app.jobOf(await store(app, 'plc', 'JO-1', false)), { status: 'approved', held: false });
  t.like(await app.jobOf(await store(app, 'operator', 'JO-2', false)), { status: 'approved', held: false });
});
