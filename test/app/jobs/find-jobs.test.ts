import test from 'ava';
import type { FindJobsCommand } from '../../../src/app/application.ts';
import { createApplication } from '../../../src/app/create-application.ts';
import type { Store } from '../../../src/app/ports.ts';
import { createTestApp } from '../../support/app.ts';
import { snapshotOf } from '../../support/fakes.ts';
import { refused } from '../../support/refused.ts';
import { spyStore } from '../../support/spy-store.ts';

const filter = (changes: Partial<FindJobsCommand> = {}): FindJobsCommand => ({
  status: '',
  owner: '',
  printer: '',
  orderId: '',
  afterJobId: 0,
  maxCount: 0,
  ...changes,
});

const withJobs = async () => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  const first = await app.submit('student', { orderId: 'A' });
  const second = await app.submit('student2', { orderId: 'A' });
  const third = await app.submit('plc', { owner: 'student', orderId: 'B' });
  await app.setJob(second, { status: 'printing', printer: 'Printer1' });
  const ids = async (person: keyof typeof app.actors, changes: Partial<FindJobsCommand> = {}) =>
    (await app.application.findJobs(app.actors[person], filter(changes))).map(({ job }) => job.id);
  return { ...app, first, second, third, ids };
};

test('machines and staff find every job, in the order of ids, by status, owner, printer and order', async t => {
  const { ids, first, second, third } = await withJobs();
  t.deepEqual(await ids('plc'), [first, second, third]);
  t.deepEqual(await ids('operator', { status: 'printing' }), [second]);
  t.deepEqual(await ids('operator', { status: '5' }), [second]);
  t.deepEqual(await ids('operator', { owner: 'STUDENT' }), [first, third]);
  t.deepEqual(await ids('operator', { printer: 'printer1' }), [second]);
  t.deepEqual(await ids('operator', { orderId: 'A' }), [first, second]);
  t.deepEqual(await ids('operator', { orderId: 'A', owner: 'student' }), [first]);
  t.deepEqual(await ids('operator', { owner: 'nobody' }), []);
  t.deepEqual(await ids('operator', { printer: 'Nowhere' }), []);
});

test('a user finds own jobs alone, those that others submitted for them included', async t => {
  const { ids, first, second, third } = await withJobs();
  t.deepEqual(await ids('student'), [first, third]);
  t.deepEqual(await ids('student', { owner: 'student' }), [first, third]);
  t.deepEqual(await ids('student', { owner: 'student2' }), []);
  t.deepEqual(await ids('student2'), [second]);
});

test('pages follow each other without a gap', async t => {
  const { ids, submit } = await withJobs();
  for (let more = 0; more < 5; more += 1) await submit('student');
  t.deepEqual(await ids('operator', { maxCount: 3 }), [1, 2, 3]);
  t.deepEqual(await ids('operator', { maxCount: 3, afterJobId: 3 }), [4, 5, 6]);
  t.deepEqual(await ids('operator', { maxCount: 3, afterJobId: 6 }), [7, 8]);
  t.deepEqual(await ids('student', { maxCount: 2, afterJobId: 1 }), [3, 4]);
});

test('a page is 100 jobs by default and never more than 1000', async t => {
  const { ids, put, jobOf } = await withJobs();
  const job = await jobOf(1);
  await put('jobs', ...Array.from({ length: 1100 }, (_, index) => ({ ...job, id: 100 + index })));
  t.is((await ids('operator')).length, 100);
  t.is((await ids('operator', { maxCount: 0xffffffff })).length, 1000);
});

test('a status that does not exist and negative numbers are InvalidArgument', async t => {
  const { application, actors } = await withJobs();
  for (const wrong of [{ status: 'nonsense' }, { status: '99' }, { afterJobId: -1 }, { maxCount: 1.5 }]) {
    await refused(t, 'InvalidArgument', () => application.findJobs(actors.operator, filter(wrong)));
  }
});

test('a job shows its owner, its live progress and what it waits for', async t => {
  const { application, actors, live, first, second, third, setJob } = await withJobs();
  const view = (id: number) => application.getJob(actors.operator, id);
  t.like(await view(first), { ownerName: 'student', progress: 0 });
  t.regex((await view(first)).waitingReason, /approval/);
  t.regex((await view(third)).waitingReason, /Waits for Printer1: Job 2 is on it/);
  const job = { file: 'x', progress: 37.5, timeUsed: 1, timeLeft: 2, timeLeftApprox: null, native: {} };
  live.write('Printer1', snapshotOf('printing', { job }));
  t.like(await view(second), { progress: 37.5, waitingReason: '' });
  live.write('Printer1', snapshotOf('attention', { job, message: 'Filament runout' }));
  t.is((await view(second)).waitingReason, 'Printer1 needs a person: Filament runout.');
  await application.stopWorker(actors.operator, 'Printer1');
  t.regex((await view(second)).waitingReason, /not followed.*Printer1/);
  await setJob(second, { status: 'picked', progress: 100 });
  t.like(await view(second), { progress: 100 });
});

test('every waiting reason is ASCII of at most 200 characters, whatever people write', async t => {
  const { application, actors, third } = await withJobs();
  await application.setMaintenance(actors.operator, 'Printer1', true, 'Düse '.repeat(40));
  const { waitingReason } = await application.getJob(actors.operator, third);
  t.regex(waitingReason, /^[\x20-\x7e]{1,200}$/);
  t.regex(waitingReason, /maintenance: Duse/);
});

test('jobs of others are NotFound to a user, and visible to machines', async t => {
  const { application, actors, second } = await withJobs();
  await refused(t, 'NotFound', () => application.getJob(actors.student, second));
  t.is((await application.getJob(actors.plc, second)).job.id, second);
});

test('a thousand waiting jobs of one file are explained by one look at the lab and at the file', async t => {
  const { deps, store, actors, put, jobOf, addPrinter } = await withJobs();
  for (let index = 0; index < 3; index += 1) await addPrinter(`P${index}`);
  const job = await jobOf(3);
  await put('jobs', ...Array.from({ length: 1000 }, (_, index) => ({ ...job, id: 100 + index })));
  const found: string[] = [];
  const got: unknown[] = [];
  const spied: Store = {
    ...spyStore(store, collection => found.push(collection)),
    get: (collection, id) => {
      got.push([collection, id]);
      return store.get(collection, id);
    },
  };
  const { findJobs } = createApplication({ ...deps, store: spied });
  const views = await findJobs(actors.operator, filter({ maxCount: 1000, afterJobId: 99 }));
  t.is(views.length, 1000);
  t.true(views.every(({ waitingReason }) => waitingReason !== ''));
  t.deepEqual(found.toSorted(), ['beds', 'jobs', 'jobs', 'pickups', 'printers']);
  t.deepEqual(got, [
    ['accounts', job.owner],
    ['files', job.fileId],
  ]);
});

test('figures count what waits for whom', async t => {
  const { application, actors, addPrinter, first, put, jobOf } = await withJobs();
  await addPrinter('Printer2');
  await addPrinter('Octo', { api: 'OctoPrint', url: 'http://octo' });
  await application.setMaintenance(actors.operator, 'Octo', true, '');
  await put('jobs', { ...(await jobOf(first)), id: 50, status: 'unknown', printer: 'Octo' });
  t.deepEqual(await application.figures(), {
    accepting: true,
    jobsToApprove: 1,
    jobsWaiting: 1,
    jobsPrinting: 1,
    jobsUnknown: 1,
    pickupsWaiting: 0,
    printersOnline: 3,
    printersReady: 1,
  });
});
