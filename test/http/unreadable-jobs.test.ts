import test from 'ava';
import { DataUnreadable } from '../../src/app/ports.ts';
import { jobSchema } from '../../src/contract/job.ts';
import { memoryDisk } from '../../src/store/memory-disk.ts';
import { someJob } from '../support/domain.ts';
import { isProblem, startHttp } from './http-fixture.ts';

test('a damaged bucket of archived jobs is named to who asks for its jobs; all else goes on', async t => {
  const disk = memoryDisk();
  const { app, call } = await startHttp(t, { disk });
  await app.addPrinter('Printer1');
  const collected = [1, 2, 1001, 1002].map(id => someJob({ id, status: 'collected', printer: 'Printer1' }));
  await app.put('jobs', ...collected);
  await app.put('counters', { id: 'jobs', last: 1002 });
  const [bed] = await app.store.find('beds');
  if (bed === undefined) throw new Error('Printer1 has no bed.');
  await app.put('beds', { ...bed, state: 'occupied', jobId: 2, content: 'scrap' });
  await app.store.checkpoint();
  const name = (await disk.list('/data')).find(one => one.startsWith('bucket-0.')) ?? '';
  await (await disk.create(`/data/${name}`)).append(Buffer.from('{"format":1'));

  for (const path of ['/jobs', '/jobs/1', '/jobs?limit=2']) {
    const detail = await isProblem(t, await call('operator', 'GET', path), 503, 'DataUnreadable');
    t.regex(detail, new RegExp(`^Archived jobs 0 to 999 .*: ${name} is damaged.*Restore a backup`));
  }
  await t.throwsAsync(app.application.getJob(app.actors.operator, 1), { instanceOf: DataUnreadable });
  t.is(app.log.lines.filter(({ level }) => level === 'error').length, 1);

  const page = await call('operator', 'GET', '/jobs?after=999');
  t.is(page.status, 200);
  const { jobs } = (await page.json()) as { readonly jobs: readonly { readonly id: number }[] };
  t.deepEqual(
    jobs.map(({ id }) => id),
    [1001, 1002],
  );
  const file = await app.addFile('student');
  const submitted = await call('student', 'POST', '/jobs', { file_id: file.id });
  t.is(jobSchema.parse(await submitted.json()).id, 1003);
  t.is((await app.application.figures()).jobsToApprove, 1);
  // The plate of an unreadable job is taken like any other.
  const pickup = await app.application.beginPickup(app.actors.plc, '', 'R1');
  t.is(pickup.jobId, 2);
  await app.application.confirmPickup(app.actors.plc, pickup.pickupId, '');
  t.is((await app.store.get('beds', bed.id))?.state, 'clear');
});
