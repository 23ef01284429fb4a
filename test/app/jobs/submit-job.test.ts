import test from 'ava';
import type { SubmitJobCommand } from '../../../src/app/application.ts';
import { Refusal, type RefusalName } from '../../../src/domain/refusal.ts';
import { memoryDisk } from '../../../src/store/memory-disk.ts';
import { createTestApp } from '../../support/app.ts';
import { emptyMetadata } from '../../support/fakes.ts';
import { refused } from '../../support/refused.ts';

const DAY = 24 * 3_600_000;
const command = (changes: Partial<SubmitJobCommand> = {}): SubmitJobCommand => ({
  file: 'f-1',
  printer: '',
  owner: '',
  orderId: '',
  priority: 0,
  requestId: '',
  ...changes,
});

test('a submitted job waits for approval and belongs to its caller', async t => {
  const { application, actors, addFile, jobOf } = await createTestApp();
  const file = await addFile('student');
  const { jobId, repeated } = await application.submitJob(actors.student, command({ orderId: 'A-17' }));
  t.false(repeated);
  t.like(await jobOf(jobId), {
    id: 1,
    status: 'created',
    owner: actors.student.accountId,
    submitter: actors.student.accountId,
    fileId: file.id,
    fileName: file.name,
    orderId: 'A-17',
    jobOrderId: 'MES-1',
    fromServer: true,
    held: false,
  });
});

test('what a job is approved by stands in its history', async t => {
  const { submit, addFile, jobOf } = await createTestApp();
  await addFile('operator', { id: 'f-part', partName: 'Bracket' });
  const byPart = await jobOf(await submit('student', { file: 'Bracket' }));
  t.is(byPart.status, 'approved');
  t.is(byPart.fileName, 'Bracket');
  t.regex(byPart.history.at(-1)?.reason ?? '', /Bracket is a published part/);
  const byMachine = await jobOf(await submit('plc'));
  t.is(byMachine.status, 'approved');
  t.regex(byMachine.history.at(-1)?.reason ?? '', /plc may approve/);
  t.is(byMachine.history.length, 2);
  t.is((await jobOf(await submit('operator'))).status, 'created');

  const approving = await createTestApp({ rules: { autoApprove: true } });
  const byRule = await approving.jobOf(await approving.submit('student'));
  t.is(byRule.status, 'approved');
  t.regex(byRule.history.at(-1)?.reason ?? '', /AUTO_APPROVE/);
});

test('who may approve what it submits is the submitter, not the owner', async t => {
  const { application, actors, addFile, jobOf } = await createTestApp();
  await addFile('student');
  const { jobId } = await application.submitJob(actors.plc, command({ owner: 'Student' }));
  t.like(await jobOf(jobId), {
    status: 'approved',
    owner: actors.student.accountId,
    submitter: actors.plc.accountId,
  });
  const { jobId: other } = await application.submitJob(actors.operator, command({ owner: 'plc' }));
  t.is((await jobOf(other)).status, 'created');
});

test('a user cannot step forward in the queue, machines and staff can', async t => {
  const { submit, jobOf } = await createTestApp();
  t.is((await jobOf(await submit('student', { priority: 50 }))).priority, 0);
  t.is((await jobOf(await submit('student', { priority: -5 }))).priority, -5);
  t.is((await jobOf(await submit('plc', { priority: 50 }))).priority, 50);
});

const wrong: readonly [string, Partial<SubmitJobCommand>, RefusalName][] = [
  ['no file', { file: '' }, 'InvalidArgument'],
  ['an unknown file', { file: 'f-none' }, 'NotFound'],
  ['the file of somebody else', { file: 'f-2' }, 'NotFound'],
  ['another owner', { owner: 'student2' }, 'NotPermitted'],
  ['a printer that is not there', { printer: 'Nowhere' }, 'NotFound'],
  ['a printer with control characters', { printer: 'a\u0000b' }, 'InvalidArgument'],
  ['a group without printers', { printer: 'group:none' }, 'NoCompatiblePrinter'],
  ['a priority that is no Int32', { priority: 2 ** 31 }, 'InvalidArgument'],
  ['a long OrderId', { orderId: 'x'.repeat(81) }, 'InvalidArgument'],
  ['a long RequestId', { requestId: 'x'.repeat(65) }, 'InvalidArgument'],
  ['a RequestId that is not ASCII', { requestId: 'é' }, 'InvalidArgument'],
];

for (const [title, changes, code] of wrong) {
  test(`a user's submission with ${title} is refused as ${code}, and leaves nothing`, async t => {
    const { application, actors, addFile, addPrinter, store } = await createTestApp();
    await addFile('student');
    await addFile('student2');
    await addPrinter('Printer1');
    await refused(t, code, () => application.submitJob(actors.student, command(changes)));
    t.is(await store.count('jobs'), 0);
    t.is(await store.count('requests'), 0);
  });
}

test('machines may submit any file for any account, but not for one that is not there', async t => {
  const { application, actors, addFile } = await createTestApp();
  await addFile('student2');
  await t.notThrowsAsync(application.submitJob(actors.plc, command({ owner: 'student' })));
  await refused(t, 'NotFound', () => application.submitJob(actors.plc, command({ owner: 'nobody' })));
});

test('a file that no printer of the lab can ever print is refused, and the message says why', async t => {
  const { application, actors, addFile, addPrinter } = await createTestApp();
  await addFile('student', { metadata: { ...emptyMetadata, printerModel: 'MK4S' } });
  await addPrinter('Printer1', { model: 'Prusa XL' });
  const error = await refused(t, 'NoCompatiblePrinter', () =>
    application.submitJob(actors.student, command()),
  );
  t.regex(error.message, /MK4S/);
  await addPrinter('Printer3', { nozzleDiameter: 0.4, model: 'MINI' });
  const both = await refused(t, 'NoCompatiblePrinter', () =>
    application.submitJob(actors.student, command()),
  );
  t.deepEqual(both.details, [
    { of: 'Printer1', reason: 'The file is sliced for MK4S, Printer1 is a Prusa XL.' },
    { of: 'Printer3', reason: 'The file is sliced for MK4S, Printer3 is a MINI.' },
  ]);
  await addPrinter('Printer2', { model: 'Prusa MK4S' });
  await t.notThrowsAsync(application.submitJob(actors.student, command()));
  await refused(t, 'NoCompatiblePrinter', () =>
    application.submitJob(actors.student, command({ printer: 'Printer1' })),
  );
});

test('a lab without printers accepts jobs for any printer, and says what they wait for', async t => {
  const { application, actors, submit } = await createTestApp({ rules: { autoApprove: true } });
  const jobId = await submit('student');
  t.regex((await application.getJob(actors.student, jobId)).waitingReason, /no printer yet/);
});

test('the wanted printer is stored under its own name', async t => {
  const { submit, addPrinter, jobOf } = await createTestApp();
  await addPrinter('Printer1');
  t.is((await jobOf(await submit('student', { printer: 'PRINTER1' }))).wantedPrinter, 'Printer1');
});

test('a repeated RequestId gets the first job and makes nothing', async t => {
  const { application, actors, addFile, store, published } = await createTestApp();
  await addFile('student');
  const call = command({ requestId: 'R-1' });
  const first = await application.submitJob(actors.student, call);
  const commits = published.length;
  t.deepEqual(await application.submitJob(actors.student, call), { jobId: first.jobId, repeated: true });
  t.is(await store.count('jobs'), 1);
  t.is(published.length, commits);
});

test('repeats that run at the same time make one job', async t => {
  const { application, actors, addFile, store } = await createTestApp();
  await addFile('student');
  const call = command({ requestId: 'R-1' });
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => application.submitJob(actors.student, call)),
  );
  t.deepEqual(new Set(answers.map(({ jobId }) => jobId)), new Set([1]));
  t.is(answers.filter(({ repeated }) => !repeated).length, 1);
  t.is(await store.count('jobs'), 1);
});

test('the same RequestId with other arguments is a conflict that names the job', async t => {
  const { application, actors, addFile } = await createTestApp();
  await addFile('student');
  await application.submitJob(actors.student, command({ requestId: 'R-1' }));
  const error = await refused(t, 'RequestIdConflict', () =>
    application.submitJob(actors.student, command({ requestId: 'R-1', priority: -1 })),
  );
  t.regex(error.message, /job 1/);
});

test('a RequestId belongs to its account and method', async t => {
  const { application, actors, addFile, setJob } = await createTestApp();
  await addFile('student', { partName: 'Part' });
  const call = command({ file: 'Part', requestId: 'R-1' });
  const first = await application.submitJob(actors.student, call);
  const second = await application.submitJob(actors.student2, call);
  t.not(first.jobId, second.jobId);
  await setJob(first.jobId, { status: 'failed' });
  t.false((await application.retryJob(actors.student, first.jobId, 'R-1')).repeated);
});

test('a refusal is not remembered: the same call succeeds later', async t => {
  const { application, actors, addFile } = await createTestApp();
  const call = command({ requestId: 'R-1' });
  await refused(t, 'NotFound', () => application.submitJob(actors.student, call));
  await addFile('student');
  t.false((await application.submitJob(actors.student, call)).repeated);
});

test('a RequestId is remembered for 30 days, also across a restart', async t => {
  const disk = memoryDisk();
  const before = await createTestApp({ disk });
  await before.addFile('student');
  const call = command({ requestId: 'R-1' });
  const { jobId } = await before.application.submitJob(before.actors.student, call);
  await before.close();
  const after = await createTestApp({ disk, accounts: false });
  after.clock.advance(30 * DAY - 1);
  t.deepEqual(await after.application.submitJob(before.actors.student, call), { jobId, repeated: true });
  after.clock.advance(1);
  t.false((await after.application.submitJob(before.actors.student, call)).repeated);
});

test('too many open jobs are Busy, and ended ones make room', async t => {
  const { application, actors, submit, addFile, setJob } = await createTestApp({ rules: { maxOpenJobs: 2 } });
  const first = await submit('student');
  await submit('student2');
  const file = (await addFile('student')).id;
  await refused(t, 'Busy', () => application.submitJob(actors.student, command({ file })));
  t.false((await application.figures()).accepting);
  await setJob(first, { status: 'printed' });
  await t.notThrowsAsync(application.submitJob(actors.student, command({ file })));
});

test("a user's open jobs have a bound of their own, a machine's have not", async t => {
  const { application, actors, submit, addFile, setJob } = await createTestApp({
    rules: { maxOpenJobsPerUser: 2 },
  });
  const first = await submit('student');
  await submit('student');
  const file = (await addFile('student')).id;
  const error = await refused(t, 'QuotaExceeded', () =>
    application.submitJob(actors.student, command({ file })),
  );
  t.regex(error.message, /2 open jobs/);
  await submit('student2');
  for (let count = 0; count < 3; count += 1) await submit('plc');
  await setJob(first, { status: 'picked' });
  await t.notThrowsAsync(application.submitJob(actors.student, command({ file })));
});

test('a job is published once, whole, after it is stored', async t => {
  const { submit, published, store } = await createTestApp({ rules: { autoApprove: true } });
  const seen: (string | undefined)[] = [];
  const before = published.length;
  await submit('student', { requestId: 'R-1' });
  for (const { changes } of published.slice(before)) {
    for (const change of changes) if (change.collection === 'jobs') seen.push(change.after?.status);
  }
  t.deepEqual(seen, ['approved']);
  t.is((await store.get('jobs', 1))?.status, 'approved');
});

test('commits are published in the order in which they are stored', async t => {
  const { submit, published } = await createTestApp();
  await Promise.all(Array.from({ length: 20 }, () => submit('student')));
  const order = published.map(({ seq }) => seq);
  t.deepEqual(
    order,
    [...order].sort((left, right) => left - right),
  );
  const jobs = published.flatMap(({ changes }) =>
    changes.flatMap(change => (change.collection === 'jobs' ? [change.after?.id] : [])),
  );
  t.deepEqual(
    jobs,
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});

test('a failed write refuses the submission, which never appears and can be repeated', async t => {
  const disk = memoryDisk();
  let full = false;
  const failing = {
    ...disk,
    open: async (path: string) => guard(await disk.open(path)),
    create: async (path: string) => guard(await disk.create(path)),
  };
  const guard = (file: Awaited<ReturnType<typeof disk.open>>) => ({
    ...file,
    append: async (bytes: Uint8Array) => {
      if (full) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      await file.append(bytes);
    },
  });
  const { application, actors, addFile, store, published } = await createTestApp({ disk: failing });
  await addFile('student');
  const call = command({ requestId: 'R-1' });
  const before = published.length;
  full = true;
  await refused(t, 'StorageFailed', () => application.submitJob(actors.student, call));
  t.is(published.length, before);
  t.is(await store.count('jobs'), 0);
  full = false;
  const again = await application.submitJob(actors.student, call);
  t.false(again.repeated);
  t.is(await store.count('jobs'), 1);
});

test('refusals carry ASCII messages of at most 200 characters', async t => {
  const { application, actors } = await createTestApp();
  const file = `ü${'x'.repeat(5000)}`;
  const error = await t.throwsAsync(application.submitJob(actors.student, command({ file })), {
    instanceOf: Refusal,
  });
  t.regex(error.message, /^[\x20-\x7e]{1,200}$/);
});

test('a user who submits for somebody else is told which field to leave empty, over OPC UA and HTTP', async t => {
  const { submit } = await createTestApp();
  const refusal = await refused(t, 'NotPermitted', () => submit('student', { owner: 'student2' }));
  t.is(refusal.message, 'Only own jobs: leave Owner (HTTP: user_id) empty.');
});
