import test from 'ava';
import { RESTORED_REASON, settleRestore } from '../../../src/app/restore/settle-restore.ts';
import { bedOf, createTestApp } from '../../support/app.ts';

test('after a restore every bed waits for a person and every open job waits, with its reason', async t => {
  const app = await createTestApp();
  for (const name of ['Clear', 'Offered', 'Looked', 'Busy']) await app.addPrinter(name);
  const [approved, scheduled, starting, done] = [
    await app.submit('plc', { printer: 'Clear' }),
    await app.submit('plc', { printer: 'Clear' }),
    await app.submit('plc'),
    await app.submit('plc'),
  ];
  await app.setJob(approved, { status: 'approved' });
  await app.setJob(scheduled, {
    status: 'scheduled',
    printer: 'Clear',
    attempt: 1,
    remoteName: 'mes-2-1.gcode',
  });
  await app.setJob(starting, { status: 'starting', printer: 'Busy', attempt: 1 });
  const kept = await app.setJob(done, { status: 'printed', printer: 'Offered' });
  await app.put('beds', {
    ...(await bedOf(app.store, 'Offered')),
    state: 'occupied',
    content: 'good',
    jobId: done,
  });
  await app.put('beds', { ...(await bedOf(app.store, 'Busy')), state: 'inUse', jobId: starting });
  const looked = {
    ...(await bedOf(app.store, 'Looked')),
    state: 'occupied',
    content: 'scrap',
    needsPerson: true,
    pickupId: 7,
  } as const;
  await app.put('beds', looked);
  const before = (await app.store.get('counters', 'jobs'))?.last ?? 0;
  const commits = app.published.length;

  await settleRestore(app.deps);

  t.is(app.published.length, commits + 1);
  for (const [name, jobId] of [
    ['Clear', 0],
    ['Offered', done],
    ['Busy', starting],
  ] as const) {
    t.like(await bedOf(app.store, name), {
      state: 'occupied',
      content: 'unknown',
      needsPerson: true,
      pickupId: 0,
      jobId,
    });
  }
  t.deepEqual(await bedOf(app.store, 'Looked'), { ...looked, restored: true });
  for (const id of [approved, scheduled]) {
    const job = await app.jobOf(id);
    t.like(job, { status: 'approved', wantedPrinter: 'Clear', printer: '', remoteName: '' });
    t.is(job.history.at(-1)?.reason, RESTORED_REASON);
    t.true(job.attempt >= 1000);
  }
  t.like(await app.jobOf(starting), { status: 'unknown', printer: 'Busy' });
  t.is((await app.jobOf(starting)).history.at(-1)?.reason, RESTORED_REASON);
  t.deepEqual(await app.jobOf(done), kept);
  t.is(await app.submit('plc'), before + 10_001);
  t.is((await app.store.get('counters', 'pickups'))?.last, 10_000);
});

test('the log of a restore counts the beds that somebody has to look at, not those of removed printers', async t => {
  const app = await createTestApp();
  for (const name of ['Printer1', 'Printer2', 'Gone']) await app.addPrinter(name);
  await app.application.removePrinter(app.actors.admin, 'Gone');
  await settleRestore(app.deps);
  t.like(app.log.lines.at(-1), { level: 'warn', fields: { beds: 2, waitingJobs: 0, unknownJobs: 0 } });
});
