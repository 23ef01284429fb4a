import test from 'ava';
import {
  accumulatedStatus,
  advance,
  type Job,
  jobIdOfFile,
  latestReason,
  remoteFileName,
  schedule,
  unschedule,
} from '../../src/domain/job.ts';
import type { JobStatus } from '../../src/domain/job-status.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import { someJob, TIME } from '../support/domain.ts';

const step = { time: TIME, actor: 'server' };
const along = (job: Job, ...statuses: JobStatus[]): Job =>
  statuses.reduce((moved, status) => advance(moved, status, step), job);

test('a transition makes a new row and records who did it and why', t => {
  const job = someJob({ status: 'created' });
  const approved = advance(job, 'approved', { ...step, reason: 'Looks good.' });
  t.is(job.status, 'created');
  t.is(approved.status, 'approved');
  t.deepEqual(approved.history.at(-1), { status: 'approved', ...step, reason: 'Looks good.' });
  t.is(latestReason(approved), 'Looks good.');
});

test('a transition that the table lacks is refused and names both statuses', t => {
  const error = t.throws(() => advance(someJob({ status: 'rejected' }), 'approved', step), {
    instanceOf: Refusal,
  });
  t.is(error.code, 'InvalidState');
  t.regex(error.message, /rejected .* approved/);
});

test('a job that was started at the printer is final at printed', t => {
  const foreign = someJob({ fromServer: false, status: 'printing' });
  const printed = advance(foreign, 'printed', step);
  for (const status of ['pickupIssued', 'picked', 'failed'] as const) {
    t.throws(() => advance(printed, status, step), { instanceOf: Refusal });
  }
});

test('the accumulated status has the bit of every status that was passed', t => {
  const job = along(
    someJob({ status: 'created' }),
    'approved',
    'scheduled',
    'starting',
    'printing',
    'paused',
    'printing',
    'printed',
    'pickupIssued',
    'picked',
  );
  t.is(accumulatedStatus(job), 1 + 2 + 4 + 8 + 16 + 1024 + 256);
});

test('a history is bounded and keeps how the job came to be and what happened last', t => {
  let job = someJob({ status: 'created' });
  job = along(job, 'approved', 'scheduled', 'starting', 'printing');
  for (let turn = 0; turn < 300; turn += 1) job = along(job, 'paused', 'printing');
  job = along(job, 'printed');
  t.is(job.history.length, 200);
  t.deepEqual(
    job.history.slice(0, 4).map(entry => entry.status),
    ['created', 'approved', 'scheduled', 'starting'],
  );
  t.is(job.history.at(-1)?.status, 'printed');
});

test('each reservation is a new attempt, and giving the printer back leaves nothing of it', t => {
  const first = schedule(someJob(), 'Printer1', step);
  t.like(first, { status: 'scheduled', printer: 'Printer1', attempt: 1, remoteName: '' });
  const back = unschedule({ ...first, remoteName: 'mes-1-1.gcode' }, step);
  t.like(back, { status: 'approved', printer: '', remoteName: '', attempt: 1 });
  t.is(schedule(back, 'Printer2', step).attempt, 2);
});

test('a name on the printer tells job and attempt, within 60 characters', t => {
  t.is(remoteFileName(42, 3, 'gcode'), 'mes-42-3.gcode');
  t.is(jobIdOfFile('mes-42-3.gcode'), 42);
  for (const other of ['benchy.gcode', 'mes-42.gcode', 'mes-0-1.gcode', 'my-mes-42-3.gcode']) {
    t.is(jobIdOfFile(other), undefined);
  }
  t.true(remoteFileName(0xffffffff, 99_999, 'bgcode').length <= 60);
});
