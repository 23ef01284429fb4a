import type { Job, RequestedAction } from '../../domain/job.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { changeJob } from './change-job.ts';
import { checkControlled, checkFollowed } from './check-followed.ts';

const reachedStatus = { pause: 'paused', resume: 'printing' } as const;

const checkPrinting = (job: Job, action: RequestedAction['action']): void => {
  if (job.status !== 'printing' && job.status !== 'paused') {
    throw new Refusal('InvalidState', `Job ${job.id} is ${job.status}: it cannot ${action}.`);
  }
};

/**
 * Stores what is asked of the worker until it is reached, refused by the printer, or superseded by its opposite;
 * a pause asked of a paused job still counts while a resume is under way.
 */
const createRequestAction =
  (
    deps: ApplicationDeps,
    method: 'PauseJob' | 'ResumeJob',
    action: RequestedAction['action'],
  ): Application['pauseJob'] =>
  (actor, jobId) =>
    changeJob(deps, method, { actor, jobId, reason: '' }, async (job, step, tx) => {
      checkControlled(job);
      checkPrinting(job, action);
      if (job.requested?.action === action) return job;
      if (job.requested === null && job.status === reachedStatus[action]) return job;
      await checkFollowed(tx, job);
      return { ...job, requested: { action, actor: step.actor, time: step.time } };
    });

export const createPauseJob = (deps: ApplicationDeps): Application['pauseJob'] =>
  createRequestAction(deps, 'PauseJob', 'pause');

export const createResumeJob = (deps: ApplicationDeps): Application['resumeJob'] =>
  createRequestAction(deps, 'ResumeJob', 'resume');
