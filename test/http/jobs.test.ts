import test from 'ava';
import { fileSchema } from '../../src/contract/file.ts';
import { jobPageSchema, jobSchema, jobWithHistorySchema } from '../../src/contract/job.ts';
import { problemSchema } from '../../src/contract/problem.ts';
import { emptyMetadata } from '../support/fakes.ts';
import { form, gcode, isProblem, startHttp } from './http-fixture.ts';

test("the earlier server's way: upload and submit in one, approve, cancel, read", async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('Printer1');
  const posted = await call('student', 'POST', '/jobs', form({ user_id: '', printer_id: '1' }));
  t.is(posted.status, 200);
  const job = jobSchema.parse(await posted.json());
  t.like(job, {
    user_id: app.actors.student.accountId,
    owner: 'student',
    status: 1,
    status_code: 1,
    status_name: 'created',
    original_filename: 'part.gcode',
    wanted_printer: 'Printer1',
    printer_id: null,
    from_server: true,
    order_id: null,
  });

  const approved = await call('operator', 'PUT', `/jobs/${job.id}:approve`);
  t.is(approved.status, 202);
  t.is(await approved.text(), '');
  const cancelled = await call('student', 'PUT', `/jobs/${job.id}%3Acancel`, { reason: 'wrong part' });
  t.is(cancelled.status, 202);

  const read = jobWithHistorySchema.parse(await (await call('student', 'GET', `/jobs/${job.id}`)).json());
  t.is(read.job.status, 1 + 2 + 512);
  t.is(read.job.status_name, 'cancelled');
  t.deepEqual(
    read.history.map(({ status, actor, job_id }) => [status, actor, job_id]),
    [
      ['created', 'student', job.id],
      ['approved', 'someone else', job.id],
      ['cancelled', 'student', job.id],
    ],
  );
  t.is(read.history.at(-1)?.reason, 'wrong part');
  const seenByStaff = jobWithHistorySchema.parse(
    await (await call('operator', 'GET', `/jobs/${job.id}`)).json(),
  );
  t.is(seenByStaff.history[1]?.actor, 'operator');
});

test('a job is held and released by its owner; its JobOrderID stands in the answer', async t => {
  const { app, call } = await startHttp(t);
  const id = await app.submit('student');
  const read = async () =>
    jobWithHistorySchema.parse(await (await call('student', 'GET', `/jobs/${id}`)).json());
  t.is((await call('student', 'PUT', `/jobs/${id}:hold`, { reason: 'other spool' })).status, 202);
  const held = await read();
  t.like(held.job, { held: true, job_order_id: `MES-${id}`, status_name: 'created' });
  t.is(held.history.at(-1)?.reason, 'other spool');
  await isProblem(t, await call('plc', 'PUT', `/jobs/${id}:release`), 403, 'NotPermitted');
  t.is((await call('student', 'PUT', `/jobs/${id}%3Arelease`)).status, 202);
  t.false((await read()).job.held);
});

test('a job waits for the printer that it names, by whichever name of the field, number, name or group', async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('A');
  await app.addPrinter('B');
  const { id: file_id } = await app.addFile('student');
  for (const [printer, wanted] of [
    [{ printer: 'B' }, 'B'],
    [{ wanted_printer: 2 }, 'B'],
    [{ printer_id: 'group:lab' }, 'group:lab'],
  ] as const) {
    const response = await call('student', 'POST', '/jobs', { file_id, ...printer });
    t.is(jobSchema.parse(await response.json()).wanted_printer, wanted);
  }
  const upload = await call('student', 'POST', '/jobs', form({ printer: 'B' }));
  t.is(jobSchema.parse(await upload.json()).wanted_printer, 'B');
});

test('a field may come before or after the file, and an owner by account id or username', async t => {
  const { app, call } = await startHttp(t);
  for (const user_id of [app.actors.student.accountId, 'student']) {
    const data = new FormData();
    data.append('file', new Blob([gcode]), 'part.gcode');
    data.append('user_id', user_id);
    const response = await call('plc', 'POST', '/jobs', data);
    t.is(jobSchema.parse(await response.json()).owner, 'student');
  }
  t.is((await call('student', 'POST', '/jobs', form({ user_id: 'student2' }))).status, 403);
});

test('a stored file is submitted by its id, and a repeated request makes no second job', async t => {
  const { call } = await startHttp(t);
  const file = fileSchema.parse(await (await call('student', 'POST', '/files', form({}))).json());
  const submit = async (changes = {}) =>
    call('student', 'POST', '/jobs', { file_id: file.id, request_id: 'r1', ...changes });
  const first = jobSchema.parse(await (await submit()).json());
  const second = jobSchema.parse(await (await submit()).json());
  t.is(first.id, second.id);
  t.is(first.gcode_file_path, file.id);
  await isProblem(t, await submit({ priority: -5 }), 409, 'RequestIdConflict');
});

test('jobs are found by filter, in pages', async t => {
  const { app, call } = await startHttp(t);
  for (let count = 0; count < 5; count += 1) await app.submit('student');
  await app.submit('student2');
  const page = async (person: 'student' | 'operator', query: string) =>
    jobPageSchema.parse(await (await call(person, 'GET', `/jobs${query}`)).json());

  const first = await page('student', '?limit=3');
  t.deepEqual(
    first.jobs.map(job => job.id),
    [1, 2, 3],
  );
  t.is(first.next, 3);
  const second = await page('student', '?limit=3&after=3');
  t.deepEqual(
    second.jobs.map(job => job.id),
    [4, 5],
  );
  t.is(second.next, null);
  t.is((await page('operator', '?owner=student2&status=created')).jobs.length, 1);
  await isProblem(t, await call('operator', 'GET', '/jobs?limit=0'), 422, 'InvalidArgument');
  await isProblem(t, await call('operator', 'GET', '/jobs?status=nonsense'), 400, 'InvalidArgument');
});

test('staff reject, assign, resolve and retry; refusals say why', async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('Printer1');
  const rejected = await app.submit('student');
  t.is((await call('operator', 'PUT', `/jobs/${rejected}:reject`, { reason: 'too big' })).status, 202);
  t.is((await app.jobOf(rejected)).status, 'rejected');

  const assigned = await app.submit('student');
  t.is((await call('operator', 'PUT', `/jobs/${assigned}:assign`, { printer: 1 })).status, 202);
  t.is((await app.jobOf(assigned)).wantedPrinter, 'Printer1');

  const unclear = await app.submit('student');
  await app.setJob(unclear, { status: 'unknown' });
  t.is((await call('operator', 'PUT', `/jobs/${unclear}:resolve`, { outcome: 'failed' })).status, 202);
  const retried = await call('student', 'POST', `/jobs/${unclear}:retry`, { request_id: 'again' });
  t.true(jobSchema.parse(await retried.json()).id > unclear);

  await isProblem(t, await call('operator', 'PUT', `/jobs/${rejected}:approve`), 409, 'InvalidState');
  await isProblem(t, await call('operator', 'PUT', '/jobs/999:approve'), 404, 'NotFound');
  await isProblem(t, await call('operator', 'GET', '/jobs/abc'), 404, 'NotFound');
  await isProblem(t, await call('student', 'PUT', `/jobs/${assigned}:approve`), 403, 'NotPermitted');
});

test("nobody but staff and machines sees another's job or file", async t => {
  const { app, call } = await startHttp(t);
  const jobId = await app.submit('student');
  const file = fileSchema.parse(await (await call('student', 'POST', '/files', form({}))).json());
  for (const path of [`/jobs/${jobId}`, `/files/${file.id}`]) {
    await isProblem(t, await call('student2', 'GET', path), 404, 'NotFound');
    t.is((await call('operator', 'GET', path)).status, 200, path);
  }
  await isProblem(t, await call('student2', 'PUT', `/jobs/${jobId}:cancel`), 404, 'NotFound');
});

test('staff publish a file as a part that anybody submits by its name', async t => {
  const { call } = await startHttp(t);
  const file = fileSchema.parse(await (await call('operator', 'POST', '/files', form({}))).json());
  const published = await call('operator', 'PATCH', `/files/${file.id}`, { part_name: 'bracket' });
  t.is(fileSchema.parse(await published.json()).part_name, 'bracket');
  t.is((await call('student', 'POST', '/jobs', { file_id: 'bracket' })).status, 200);
});

test('an old job keeps the number of its printer when that is removed, and no read looks at the whole lab', async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('Printer1');
  await app.addPrinter('Printer2');
  const id = await app.submit('student');
  await app.setJob(id, { status: 'collected', printer: 'Printer2' });
  await app.application.removePrinter(app.actors.admin, 'Printer2');
  Object.assign(app.application, {
    findPrinters: async () => {
      throw new Error('The whole lab was read.');
    },
  });
  const one = jobWithHistorySchema.parse(await (await call('student', 'GET', `/jobs/${id}`)).json());
  t.is(one.job.printer_id, 2);
  const page = jobPageSchema.parse(await (await call('student', 'GET', '/jobs?printer=2')).json());
  t.deepEqual(
    page.jobs.map(job => [job.id, job.printer_id]),
    [[id, 2]],
  );
  t.is((await call('student', 'GET', '/printers/1')).status, 200);
  await isProblem(t, await call('student', 'GET', '/printers/2'), 404, 'NotFound');
});

test('a file that no printer can print is refused with the reason of each', async t => {
  const { app, call } = await startHttp(t);
  for (const name of ['XL1', 'XL2']) await app.addPrinter(name, { model: 'Prusa XL' });
  const file = await app.addFile('student', { metadata: { ...emptyMetadata, printerModel: 'MK4S' } });
  const response = await call('student', 'POST', '/jobs', { file_id: file.id });
  t.is(response.status, 422);
  const { code, errors } = problemSchema.parse(await response.json());
  t.is(code, 'NoCompatiblePrinter');
  t.deepEqual(errors, [
    { field: 'XL1', message: 'The file is sliced for MK4S, XL1 is a Prusa XL.' },
    { field: 'XL2', message: 'The file is sliced for MK4S, XL2 is a Prusa XL.' },
  ]);
});
