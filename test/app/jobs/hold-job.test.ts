import test from 'ava';
import { dispatchPass } from '../../../src/app/dispatch/dispatch-pass.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { refused } from '../../support/refused.ts';

const scheduledJob = async (app: TestApp): Promise<number> => {
  await app.addPrinter('Printer1');
  const id = await app.submit('student');
  await app.application.approveJob(app.actors.operator, id);
  await dispatchPass(app.deps);
  return id;
};

test('a held job is not dispatched until it is released', async t => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  const id = await app.submit('student');
  await app.application.holdJob(app.actors.student, id, 'Wait for the new spool');
  await app.application.approveJob(app.actors.operator, id);
  t.is(await dispatchPass(app.deps), 0);
  t.regex((await app.application.getJob(app.actors.student, id)).waitingReason, /Held/);
  await app.application.releaseJob(app.actors.student, id, '');
  t.is(await dispatchPass(app.deps), 1);
  t.like(await app.jobOf(id), { status: 'scheduled', held: false });
});

test('a job whose file goes up gives its printer back when it is held', async t => {
  const app = await createTestApp();
  const id = await scheduledJob(app);
  await app.application.holdJob(app.actors.student, id, '');
  t.like(await app.jobOf(id), { status: 'approved', held: true, printer: '' });
  t.is(await dispatchPass(app.deps), 0);
});

test('holding and releasing twice changes nothing more; a started job can be neither', async t => {
  const app = await createTestApp();
  const id = await app.submit('student');
  const { holdJob, releaseJob } = app.application;
  await holdJob(app.actors.student, id, '');
  const held = await app.jobOf(id);
  await holdJob(app.actors.student, id, '');
  t.is((await app.jobOf(id)).history.length, held.history.length);
  await app.setJob(id, { status: 'printing', printer: 'Printer1', held: false });
  await refused(t, 'InvalidState', () => holdJob(app.actors.student, id, ''));
  await releaseJob(app.actors.student, id, '');
  await refused(t, 'InvalidState', () => app.application.startJob(app.actors.operator, id, ''));
});

test('others may hold, release or clear only what they may see and own', async t => {
  const app = await createTestApp();
  const id = await app.submit('student');
  for (const act of ['holdJob', 'releaseJob', 'startJob', 'withdrawJob', 'clearJob'] as const) {
    await refused(t, 'NotFound', () => app.application[act](app.actors.student2, id, ''));
    await refused(t, 'NotPermitted', () => app.application[act](app.actors.plc, id, ''));
  }
});

test('who may not approve cannot start what nobody has approved', async t => {
  const app = await createTestApp();
  const id = await app.submit('student');
  await app.application.holdJob(app.actors.student, id, '');
  await refused(t, 'NotPermitted', () => app.application.startJob(app.actors.student, id, ''));
  t.like(await app.jobOf(id), { status: 'created', held: true });
  await app.application.startJob(app.actors.operator, id, '');
  t.like(await app.jobOf(id), { status: 'approved', held: false });
});

test('withdrawing cancels before the start alone; clearing is for the end, and keeps the job', async t => {
  const app = await createTestApp();
  const id = await app.submit('student');
  await refused(t, 'InvalidState', () => app.application.clearJob(app.actors.student, id, ''));
  await app.setJob(id, { status: 'starting', printer: 'Printer1' });
  await refused(t, 'InvalidState', () => app.application.withdrawJob(app.actors.student, id, ''));
  await app.setJob(id, { status: 'printed' });
  await app.application.clearJob(app.actors.student, id, '');
  t.like(await app.jobOf(id), { status: 'printed', offList: true });
  const other = await app.submit('student');
  await app.application.withdrawJob(app.actors.student, other, 'Not needed');
  t.like(await app.jobOf(other), { status: 'cancelled', offList: true });
});
