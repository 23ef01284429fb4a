import { advance } from '../../domain/job.ts';
import type { JobStatus } from '../../domain/job-status.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { changeJob } from './change-job.ts';

/** Approved before, and on its way or at its goal: a repeat holds already. */
const approvedStatuses: readonly JobStatus[] = [
  'approved',
  'scheduled',
  'starting',
  'printing',
  'paused',
  'printed',
  'pickupIssued',
  'picked',
  'collected',
];

export const createApproveJob =
  (deps: ApplicationDeps): Application['approveJob'] =>
  (actor, jobId) =>
    changeJob(deps, 'ApproveJob', { actor, jobId, reason: '' }, (job, step) => {
      if (!job.fromServer) {
        throw new Refusal('InvalidState', `Job ${jobId} was started at the printer: it needs no approval.`);
      }
      return approvedStatuses.includes(job.status) ? job : advance(job, 'approved', step);
    });
