import test from 'ava';
import { type JobStatus, jobStatuses } from '../../../src/domain/job-status.ts';
import { createTestApp, type Person, type TestApp } from '../../support/app.ts';
import { refused } from '../../support/refused.ts';

/** A student's job in that status on Printer1, whatever brought it there. */
const withJob = async (status: JobStatus, changes: Parameters<TestApp['setJob']>[1] = {}) => {
  const app = await createTestApp();
  await app.addPrinter('Printer1');
  const jobId = await app.submit('student');
  const printer = ['created', 'approved', 'rejected'].includes(status) ? '' : 'Printer1';
  await app.setJob(jobId, { status, printer, ...changes });
  return { ...app, jobId };
};
type Call = (app: Awaited<ReturnType<typeof withJob>>, by: Person) => Promise<unknown>;

interface Rule {
  readonly call: Call;
  readonly by: Person;
  /** Where each accepted status goes; the same status: it holds already. */
  readonly goes: Partial<Record<JobStatus, JobStatus>>;
}

const resolve =
  (outcome: string): Call =>
  ({ application, actors, jobId }, by) =>
    application.resolveJob(actors[by], jobId, outcome, 'seen by eye');

const rules = {
  approve: {
    call: ({ application, actors, jobId }, by) => application.approveJob(actors[by], jobId),
    by: 'operator',
    goes: {
      created: 'approved',
      approved: 'approved',
      scheduled: 'scheduled',
      starting: 'starting',
      printing: 'printing',
      paused: 'paused',
      printed: 'printed',
      pickupIssued: 'pickupIssued',
      picked: 'picked',
      collected: 'collected',
    },
  },
  reject: {
    call: ({ application, actors, jobId }, by) => application.rejectJob(actors[by], jobId, 'too large'),
    by: 'operator',
    goes: { created: 'rejected', rejected: 'rejected' },
  },
  cancel: {
    call: ({ application, actors, jobId }, by) => application.cancelJob(actors[by], jobId, ''),
    by: 'student',
    goes: {
      created: 'cancelled',
      approved: 'cancelled',
      scheduled: 'cancelled',
      starting: 'cancelIssued',
      printing: 'cancelIssued',
      paused: 'cancelIssued',
      cancelIssued: 'cancelIssued',
      cancelled: 'cancelled',
    },
  },
  pause: {
    call: ({ application, actors, jobId }, by) => application.pauseJob(actors[by], jobId),
    by: 'student',
    goes: { printing: 'printing', paused: 'paused' },
  },
  resume: {
    call: ({ application, actors, jobId }, by) => application.resumeJob(actors[by], jobId),
    by: 'student',
    goes: { printing: 'printing', paused: 'paused' },
  },
  collect: {
    call: ({ application, actors, jobId }, by) => application.collectJob(actors[by], jobId),
    by: 'student',
    goes: { picked: 'collected', collected: 'collected' },
  },
  assign: {
    call: ({ application, actors, jobId }, by) => application.assignJob(actors[by], jobId, 'printer1'),
    by: 'operator',
    goes: {
      created: 'created',
      approved: 'approved',
      scheduled: 'scheduled',
      starting: 'starting',
      printing: 'printing',
      paused: 'paused',
      cancelIssued: 'cancelIssued',
      unknown: 'unknown',
    },
  },
  'resolve to printed': {
    call: resolve('printed'),
    by: 'operator',
    // The plate is gone in these tests: what has printed is picked.
    goes: {
      unknown: 'picked',
      printed: 'picked',
      pickupIssued: 'pickupIssued',
      picked: 'picked',
      collected: 'collected',
      discarded: 'discarded',
    },
  },
  'resolve to cancelled': {
    call: resolve('cancelled'),
    by: 'operator',
    goes: { unknown: 'cancelled', cancelled: 'cancelled' },
  },
  'resolve to failed': {
    call: resolve('failed'),
    by: 'operator',
    goes: {
      unknown: 'failed',
      printed: 'failed',
      pickupIssued: 'failed',
      picked: 'failed',
      collected: 'failed',
      failed: 'failed',
    },
  },
  'resolve to discarded': {
    call: resolve('discarded'),
    by: 'operator',
    goes: { picked: 'discarded', discarded: 'discarded' },
  },
} as const satisfies Readonly<Record<string, Rule>>;

for (const [name, { call, by, goes }] of Object.entries<Rule>(rules)) {
  test(`${name}: every status goes where the contract says, and every other is InvalidState`, async t => {
    for (const status of jobStatuses) {
      const app = await withJob(status);
      const to = goes[status];
      if (to === undefined) {
        await refused(t, 'InvalidState', () => call(app, by));
        t.is((await app.jobOf(app.jobId)).status, status);
        continue;
      }
      await call(app, by);
      const after = await app.jobOf(app.jobId);
      t.is(after.status, to, `from ${status}`);
      if (to !== status) t.is(after.history.at(-1)?.actor, app.actors[by].accountId);
    }
  });

  test(`${name}: repeated, it answers the same and writes nothing`, async t => {
    for (const status of jobStatuses) {
      const app = await withJob(status);
      if (goes[status] === undefined) continue;
      await call(app, by);
      const after = await app.jobOf(app.jobId);
      const commits = app.published.length;
      await call(app, by);
      t.is(await app.jobOf(app.jobId), after, `from ${status}`);
      t.is(app.published.length, commits);
    }
  });
}

test('the jobs of others: NotFound for users, NotPermitted for machines, open to staff', async t => {
  const own: readonly [Call, JobStatus][] = [
    [rules.cancel.call, 'created'],
    [rules.pause.call, 'printing'],
    [rules.resume.call, 'paused'],
  ];
  for (const [call, status] of own) {
    const app = await withJob(status);
    await refused(t, 'NotFound', () => call(app, 'student2'));
    await refused(t, 'NotPermitted', () => call(app, 'plc'));
    await t.notThrowsAsync(call(app, 'operator'));
  }
});

test('machines hand out the parts of anybody', async t => {
  const app = await withJob('picked');
  await refused(t, 'NotFound', () => app.application.collectJob(app.actors.student2, app.jobId));
  await app.application.collectJob(app.actors.plc, app.jobId);
  t.is((await app.jobOf(app.jobId)).status, 'collected');
});

test('what staff alone may do is NotPermitted to others, before anything is looked up', async t => {
  const { application, actors } = await createTestApp();
  for (const actor of [actors.student, actors.plc]) {
    await refused(t, 'NotPermitted', () => application.approveJob(actor, 999));
    await refused(t, 'NotPermitted', () => application.rejectJob(actor, 999, 'x'));
    await refused(t, 'NotPermitted', () => application.assignJob(actor, 999, ''));
    await refused(t, 'NotPermitted', () => application.resolveJob(actor, 999, 'failed', ''));
  }
});

test('an unknown job is NotFound', async t => {
  const { application, actors } = await createTestApp();
  for (const id of [0, 999, -1, 1.5, Number.NaN]) {
    await refused(t, 'NotFound', () => application.cancelJob(actors.operator, id, ''));
    await refused(t, 'NotFound', () => application.getJob(actors.operator, id));
  }
});

test('a cancel after the start is remembered and supersedes a pause', async t => {
  const app = await withJob('printing');
  await app.application.pauseJob(app.actors.student, app.jobId);
  await app.application.cancelJob(app.actors.student, app.jobId, 'wrong colour');
  t.like(await app.jobOf(app.jobId), { status: 'cancelIssued', cancelAccepted: true, requested: null });
  t.is((await app.jobOf(app.jobId)).history.at(-1)?.reason, 'wrong colour');
});

test('a cancel before the start ends the job at once', async t => {
  const app = await withJob('scheduled');
  await app.application.cancelJob(app.actors.student, app.jobId, '');
  t.is((await app.jobOf(app.jobId)).endTime, app.clock.now().toISOString());
});

test('a started job of a stopped worker cannot be paused, resumed or cancelled', async t => {
  for (const status of ['starting', 'printing', 'paused'] as const) {
    const app = await withJob(status);
    const { application, actors, jobId } = app;
    await application.stopWorker(actors.operator, 'Printer1');
    await refused(t, 'PrinterUnavailable', () => application.cancelJob(actors.student, jobId, ''));
    if (status === 'printing') {
      await refused(t, 'PrinterUnavailable', () => application.pauseJob(actors.student, jobId));
    }
    if (status === 'paused') {
      await refused(t, 'PrinterUnavailable', () => application.resumeJob(actors.student, jobId));
    }
    t.is((await app.jobOf(jobId)).status, status);
    await application.startWorker(actors.operator, 'Printer1');
    await t.notThrowsAsync(application.cancelJob(actors.student, jobId, ''));
  }
});

test('a job that was started at the printer is followed, never controlled', async t => {
  const app = await withJob('printing', { fromServer: false, owner: '', submitter: '', fileId: '' });
  const { application, actors, jobId } = app;
  await refused(t, 'NotPermitted', () => application.cancelJob(actors.operator, jobId, ''));
  await refused(t, 'NotPermitted', () => application.pauseJob(actors.operator, jobId));
  await refused(t, 'NotPermitted', () => application.resumeJob(actors.operator, jobId));
  await refused(t, 'InvalidState', () => application.approveJob(actors.operator, jobId));
  await refused(t, 'NotFound', () => application.cancelJob(actors.student, jobId, ''));
  await app.setJob(jobId, { status: 'failed' });
  await refused(t, 'InvalidState', () => application.retryJob(actors.operator, jobId, ''));
});

test('pause and resume are stored as requested, and supersede each other', async t => {
  const app = await withJob('printing');
  const { application, actors, jobId } = app;
  await application.pauseJob(actors.student, jobId);
  t.like((await app.jobOf(jobId)).requested, { action: 'pause', actor: actors.student.accountId });
  await application.resumeJob(actors.operator, jobId);
  t.like((await app.jobOf(jobId)).requested, { action: 'resume', actor: actors.operator.accountId });
  await app.setJob(jobId, { status: 'paused', requested: null });
  await application.pauseJob(actors.student, jobId);
  t.is((await app.jobOf(jobId)).requested, null);
});

test('a rejection needs a reason, and reasons have limits', async t => {
  const app = await withJob('created');
  const { application, actors, jobId } = app;
  await refused(t, 'InvalidArgument', () => application.rejectJob(actors.operator, jobId, ' '));
  for (const reason of ['x'.repeat(201), 'a\u0007b']) {
    await refused(t, 'InvalidArgument', () => application.rejectJob(actors.operator, jobId, reason));
    await refused(t, 'InvalidArgument', () => application.cancelJob(actors.student, jobId, reason));
    await refused(t, 'InvalidArgument', () =>
      application.resolveJob(actors.operator, jobId, 'failed', reason),
    );
  }
  t.is((await app.jobOf(jobId)).status, 'created');
});

test('assigning sets the wish of an approved job; a printer that does not fit is refused', async t => {
  const app = await withJob('approved');
  const { application, actors, jobId } = app;
  await app.addPrinter('Octo', { api: 'OctoPrint', url: 'http://octo', group: 'other' });
  await application.assignJob(actors.operator, jobId, 'octo');
  t.like(await app.jobOf(jobId), { status: 'approved', wantedPrinter: 'Octo' });
  await application.assignJob(actors.operator, jobId, 'group:other');
  t.is((await app.jobOf(jobId)).wantedPrinter, 'group:other');
  await application.assignJob(actors.operator, jobId, '');
  t.is((await app.jobOf(jobId)).wantedPrinter, '');
  await refused(t, 'NotFound', () => application.assignJob(actors.operator, jobId, 'Nowhere'));
  const binary = await app.addFile('student', { kind: 'bgcode' });
  await app.setJob(jobId, { fileId: binary.id });
  await refused(t, 'NoCompatiblePrinter', () => application.assignJob(actors.operator, jobId, 'Octo'));
});

test('a retry is a new job of the same file, owner and wishes, approved by the same rules', async t => {
  const app = await withJob('failed', { orderId: 'A-17', priority: -3, wantedPrinter: 'Printer1' });
  const { application, actors, jobId } = app;
  const { jobId: newId } = await application.retryJob(actors.student, jobId, '');
  const before = await app.jobOf(jobId);
  t.is(before.status, 'failed');
  t.like(await app.jobOf(newId), {
    status: 'created',
    owner: before.owner,
    submitter: actors.student.accountId,
    fileId: before.fileId,
    orderId: 'A-17',
    priority: -3,
    wantedPrinter: 'Printer1',
    printer: '',
    attempt: 0,
  });
  t.regex((await app.jobOf(newId)).history[0]?.reason ?? '', new RegExp(`Retry of job ${jobId}`));
});

test('a retry is for failed, cancelled, discarded and collected jobs alone', async t => {
  for (const status of jobStatuses) {
    const { application, actors, jobId } = await withJob(status);
    const retry = () => application.retryJob(actors.student, jobId, '');
    if (['failed', 'cancelled', 'discarded', 'collected'].includes(status)) await t.notThrowsAsync(retry);
    else await refused(t, 'InvalidState', retry);
  }
});

test('a retry is remembered by its RequestId, and belongs to owner, submitter or staff', async t => {
  const { application, actors, jobId } = await withJob('failed');
  const first = await application.retryJob(actors.student, jobId, 'R-1');
  t.deepEqual(await application.retryJob(actors.student, jobId, 'R-1'), { ...first, repeated: true });
  await refused(t, 'NotFound', () => application.retryJob(actors.student2, jobId, ''));
  await refused(t, 'NotPermitted', () => application.retryJob(actors.plc, jobId, ''));
});

test('two clicks on retry make one job; one more while it is open takes a RequestId', async t => {
  const { application, actors, jobId, setJob } = await withJob('failed');
  const retry = (requestId = '') => application.retryJob(actors.student, jobId, requestId);
  const first = await retry();
  const refusal = await refused(t, 'InvalidState', retry);
  t.is(
    refusal.message,
    `Job ${first.jobId} retries job ${jobId} already and is created: to print one more, give a RequestId (HTTP: request_id).`,
  );
  const second = await retry('one more');
  t.not(second.jobId, first.jobId);
  for (const { jobId: id } of [first, second]) await setJob(id, { status: 'picked' });
  t.true((await retry()).jobId > second.jobId, 'those are printed');
});

test('a retry of a job for a printer that has left the lab is refused with what to do', async t => {
  const { application, actors, addPrinter, jobId, jobOf } = await withJob('failed', {
    wantedPrinter: 'Gone',
  });
  await addPrinter('Gone');
  await application.removePrinter(actors.admin, 'Gone');
  const { fileId } = await jobOf(jobId);
  const refusal = await refused(t, 'NoCompatiblePrinter', () =>
    application.retryJob(actors.student, jobId, ''),
  );
  t.is(
    refusal.message,
    `Job ${jobId} was for Gone, which is no longer in the lab: submit ${fileId} for any printer or a group.`,
  );
});

test('an outcome that does not exist is InvalidArgument', async t => {
  const { application, actors, jobId } = await withJob('unknown');
  for (const outcome of ['', 'picked', 'nonsense']) {
    await refused(t, 'InvalidArgument', () => application.resolveJob(actors.operator, jobId, outcome, ''));
  }
});
