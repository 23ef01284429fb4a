import test from 'ava';
import { settleRestore } from '../../../src/app/restore/settle-restore.ts';
import type { Bed } from '../../../src/domain/bed.ts';
import type { Job } from '../../../src/domain/job.ts';
import { bedOf, createTestApp } from '../../support/app.ts';
import { TIME } from '../../support/domain.ts';
import { snapshotOf } from '../../support/fakes.ts';
import { refused } from '../../support/refused.ts';

/** A job of that status on Printer1, and its bed. */
const withPlate = async (job: Partial<Job>, bed: Partial<Bed>) => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  const jobId = await app.submit('student');
  await app.setJob(jobId, { printer: 'Printer1', ...job });
  await app.put('beds', { ...(await bedOf(app.store, 'Printer1')), jobId, ...bed });
  const resolve = (outcome: string) => app.application.resolveJob(app.actors.operator, jobId, outcome, '');
  return { ...app, jobId, resolve };
};

test('an unknown print that went well waits with its plate for a pick-up', async t => {
  for (const state of ['occupied', 'inUse'] as const) {
    const app = await withPlate({ status: 'unknown' }, { state, content: 'unknown' });
    await app.resolve('printed');
    t.like(await app.jobOf(app.jobId), { status: 'printed', progress: 100 });
    t.like(await bedOf(app.store, 'Printer1'), { state: 'occupied', content: 'good', jobId: app.jobId });
  }
});

test('an unknown print that went well and whose plate is gone is picked, with no place', async t => {
  const app = await withPlate({ status: 'unknown' }, { state: 'clear', jobId: 0 });
  await app.resolve('printed');
  t.like(await app.jobOf(app.jobId), { status: 'picked', storageLocation: '' });
  t.is((await bedOf(app.store, 'Printer1')).state, 'clear');
});

test('an unknown print that went well and is in the hands of a robot becomes picked by its confirmation', async t => {
  const app = await withPlate({ status: 'unknown' }, { state: 'occupied', content: 'unknown' });
  const { pickupId, content } = await app.application.beginPickup(app.actors.plc, '', 'R1');
  t.is(content, 'unknown');
  await app.resolve('printed');
  t.is((await app.jobOf(app.jobId)).status, 'pickupIssued');
  await app.application.confirmPickup(app.actors.plc, pickupId, 'S-1');
  t.like(await app.jobOf(app.jobId), { status: 'picked', storageLocation: 'S-1' });
});

test('an unknown print that failed or was cancelled leaves scrap on the bed', async t => {
  for (const outcome of ['failed', 'cancelled'] as const) {
    const app = await withPlate({ status: 'unknown' }, { state: 'inUse', content: 'unknown' });
    await app.resolve(outcome);
    t.like(await app.jobOf(app.jobId), { status: outcome, endTime: app.clock.now().toISOString() });
    t.like(await bedOf(app.store, 'Printer1'), { state: 'occupied', content: 'scrap' });
  }
});

test('a job of a printer that does not answer says so, and when it is tried again, to whoever resolves it', async t => {
  const app = await withPlate({ status: 'printing' }, { state: 'inUse' });
  await app.setJob(app.jobId, { unreachableSince: '2026-01-05T08:00:00.000Z' });
  const message = 'since 2026-01-05T08:00:00Z, next try by 2026-01-05T08:01:00Z: no answer';
  app.live.write('Printer1', snapshotOf('unreachable', { message }));
  const told = `Printer1 does not answer: ${message}`;
  const resolved = await refused(t, 'InvalidState', () => app.resolve('failed'));
  t.is(resolved.message, `Job ${app.jobId} is printing and cannot be resolved to failed. ${told}`);
  const clear = () => app.application.confirmBedClear(app.actors.operator, 'Printer1');
  t.is((await refused(t, 'InvalidState', clear)).message, `Printer1 is printing job ${app.jobId}. ${told}`);
  t.is((await app.application.getJob(app.actors.operator, app.jobId)).waitingReason, told);
});

test('a bad part on its plate is scrap for the robot, also while it is being picked up', async t => {
  const app = await withPlate({ status: 'printed' }, { state: 'occupied', content: 'good' });
  const { pickupId } = await app.application.beginPickup(app.actors.plc, 'Printer1', 'R1');
  await app.resolve('failed');
  t.like(await bedOf(app.store, 'Printer1'), { state: 'beingCleared', content: 'scrap', pickupId });
  await app.application.confirmPickup(app.actors.plc, pickupId, 'scrap bin');
  t.is((await app.jobOf(app.jobId)).status, 'failed');
  t.is((await bedOf(app.store, 'Printer1')).state, 'clear');
});

test('a part that shows itself as bad after it was handed out is recorded, also of an archived job', async t => {
  for (const isArchived of [false, true]) {
    const app = await withPlate({ status: 'collected', endTime: TIME }, { state: 'occupied', jobId: 999 });
    if (isArchived) await app.store.checkpoint();
    await refused(t, 'InvalidState', () => app.resolve('discarded'));
    await app.resolve('failed');
    const job = await app.jobOf(app.jobId);
    t.like(job, { status: 'failed', endTime: TIME });
    t.like(job.history.at(-1), { status: 'failed', actor: app.actors.operator.accountId });
    t.like(await bedOf(app.store, 'Printer1'), { state: 'occupied', jobId: 999, content: 'none' });
    await app.store.checkpoint();
    t.is((await app.jobOf(app.jobId)).status, 'failed');
    await app.close();
  }
});

test('a printed job whose plate another print has displaced can be settled', async t => {
  const app = await withPlate({ status: 'printed' }, { state: 'inUse', jobId: 999 });
  await app.resolve('printed');
  t.is((await app.jobOf(app.jobId)).status, 'picked');
  t.like(await bedOf(app.store, 'Printer1'), { state: 'inUse', jobId: 999 });
});

test('a foreign print that went well is printed for good, wherever its plate is', async t => {
  for (const state of ['clear', 'occupied'] as const) {
    const app = await withPlate({ status: 'unknown', fromServer: false }, { state });
    await app.resolve('printed');
    t.is((await app.jobOf(app.jobId)).status, 'printed');
  }
});

test('after a restore a decision about a job says nothing of what lies on the bed now', async t => {
  for (const outcome of ['printed', 'failed', 'cancelled'] as const) {
    const app = await withPlate({ status: 'printing' }, { state: 'inUse', content: 'unknown' });
    await settleRestore(app.deps);
    await app.resolve(outcome);
    t.is((await app.jobOf(app.jobId)).status, outcome);
    t.like(await bedOf(app.store, 'Printer1'), { state: 'occupied', content: 'unknown', needsPerson: true });
    await refused(t, 'InvalidState', () => app.application.beginPickup(app.actors.plc, 'Printer1', 'R1'));
    await refused(t, 'NotFound', () => app.application.beginPickup(app.actors.plc, '', 'R1'));
    await app.application.confirmBedClear(app.actors.operator, 'Printer1');
    t.is((await app.jobOf(app.jobId)).status, outcome === 'printed' ? 'picked' : outcome);
    t.is((await app.application.getPrinter('Printer1')).notReadyReason, '');
  }
});
