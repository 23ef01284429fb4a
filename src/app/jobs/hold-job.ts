import { type Job, note, type Step, unschedule } from '../../domain/job.ts';
import type { JobStatus } from '../../domain/job-status.ts';
import { Refusal } from '../../domain/refusal.ts';
import { checkedText, MAX_REASON } from '../../domain/text.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Reader } from '../ports.ts';
import { approvedToStart } from './approval.ts';
import { changeJob } from './change-job.ts';
import { checkControlled } from './check-followed.ts';

const waitingStatuses: readonly JobStatus[] = ['created', 'approved'];

const checkedReason = (reason: string): string => checkedText('Reason', reason, MAX_REASON);

const tooLate = ({ id, status }: Job, what: string): Refusal =>
  new Refusal('InvalidState', `Job ${id} is ${status}: it cannot be ${what}.`);

const told = (step: Required<Step>, what: string): Step => ({ ...step, reason: step.reason || what });

/** A job that waits stays where it is; one that has a printer reserved gives it back. */
export const createHoldJob =
  (deps: ApplicationDeps): Application['holdJob'] =>
  async (actor, jobId, reason) => {
    const why = checkedReason(reason);
    await changeJob(deps, 'HoldJob', { actor, jobId, reason: why }, (job, step) => {
      checkControlled(job);
      const because = told(step, 'Held.');
      if (job.status === 'scheduled') return { ...unschedule(job, because), held: true };
      if (!waitingStatuses.includes(job.status)) throw tooLate(job, 'held');
      return job.held ? job : { ...note(job, because), held: true };
    });
  };

const released = (job: Job, step: Required<Step>): Job => {
  if (!job.held) return job;
  return { ...note(job, told(step, 'Released.')), held: false };
};

export const createReleaseJob =
  (deps: ApplicationDeps): Application['releaseJob'] =>
  async (actor, jobId, reason) => {
    const why = checkedReason(reason);
    await changeJob(deps, 'ReleaseJob', { actor, jobId, reason: why }, (job, step) => {
      checkControlled(job);
      if (job.held && !waitingStatuses.includes(job.status)) throw tooLate(job, 'released');
      return released(job, step);
    });
  };

const fileOf = async (reader: Reader, job: Job) => {
  const file = await reader.get('files', job.fileId);
  if (file === undefined) throw new Refusal('InvalidState', `The file of job ${job.id} is gone: cancel it.`);
  return file;
};

export const createStartJob =
  (deps: ApplicationDeps): Application['startJob'] =>
  async (actor, jobId, reason) => {
    const why = checkedReason(reason);
    await changeJob(deps, 'ReleaseJob', { actor, jobId, reason: why }, async (job, step, tx) => {
      checkControlled(job);
      if (!waitingStatuses.includes(job.status)) throw tooLate(job, 'started');
      const approved = approvedToStart(job, actor, await fileOf(tx, job), deps.rules, step.time);
      return released(approved, step);
    });
  };
