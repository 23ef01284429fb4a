import test from 'ava';
import { createJobLog } from '../../../src/app/jobs/job-log.ts';
import { createTestApp } from '../../support/app.ts';
import { someJob } from '../../support/domain.ts';
import { memoryLog } from '../../support/fakes.ts';

test('the log tells each step of a job, and which jobs are followed again after a start', async t => {
  const app = await createTestApp();
  await app.put('jobs', someJob({ id: 90, status: 'printing', printer: 'Printer1' }));
  const log = memoryLog();
  const jobLog = createJobLog({ store: app.store, commit: app.commit, log });
  await jobLog.start();
  const jobId = await app.submit('student');
  await app.application.cancelJob(app.actors.operator, jobId, 'Sliced wrong.');
  await jobLog.stop();
  const messages = log.lines.map(({ message }) => message);
  t.true(messages.includes('Job 90 is printing on Printer1: followed again'));
  t.true(messages.includes(`Job ${jobId} is created`));
  t.true(messages.includes(`Job ${jobId} is cancelled`));
  t.regex(JSON.stringify(log.lines), /Sliced wrong\./);
});
