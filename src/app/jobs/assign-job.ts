import { onPrinterStatuses } from '../../domain/job-status.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { changeJob } from './change-job.ts';
import { checkedWish } from './wanted-printer.ts';

/** Sets the wanted printer ('' any, a name, or `group:NAME`); the job stays approved until it is free. */
export const createAssignJob =
  (deps: ApplicationDeps): Application['assignJob'] =>
  (actor, jobId, wanted) =>
    changeJob(deps, 'AssignJob', { actor, jobId, reason: '' }, async (job, _step, tx) => {
      const isThere = job.printer !== '' && job.printer.toLowerCase() === wanted.toLowerCase();
      if (isThere && onPrinterStatuses.includes(job.status)) return job;
      if (job.status !== 'created' && job.status !== 'approved') {
        throw new Refusal('InvalidState', `Job ${jobId} is ${job.status}: it cannot be assigned any more.`);
      }
      const file = await tx.get('files', job.fileId);
      if (file === undefined)
        throw new Refusal('InvalidState', `The file of job ${jobId} is gone: cancel it.`);
      const wantedPrinter = await checkedWish(tx, file, wanted);
      return wantedPrinter === job.wantedPrinter ? job : { ...job, wantedPrinter };
    });
