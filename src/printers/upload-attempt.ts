import { failScheduled } from '../app/follow-print/fail-scheduled.ts';
import { giveBack } from '../app/follow-print/give-back.ts';
import { noBgcode } from '../app/follow-print/learn.ts';
import { DriverError } from '../app/ports.ts';
import type { Job } from '../domain/job.ts';
import type { PrinterSnapshot } from '../domain/printer.ts';
import { isPrintersFault } from './access.ts';
import { type StartDeps, sendFile, startPrint } from './start-print.ts';

/** Upload failures of one job until it is failed. */
const MAX_UPLOADS = 5;

/** Sends the file of a job that is scheduled here, and starts its print. */
export interface UploadAttempt {
  /** @returns what the printer showed last; undefined when nothing was started */
  begin(job: Job, stop: AbortSignal): Promise<PrinterSnapshot | undefined>;
  /** Of the latest job in a row; undefined before there was one. */
  failures(): number | undefined;
  /** Ends the upload under way if it is this job's. */
  abandon(jobId: number): void;
}

export const createUploadAttempt = (deps: StartDeps): UploadAttempt => {
  const { context, access } = deps;
  let upload: { readonly jobId: number; readonly abort: AbortController; failures: number } | undefined;

  const failed = async (job: Job, error: DriverError): Promise<void> => {
    if (error.kind === 'noBgcode') return noBgcode(context, job.id, error.message);
    if (isPrintersFault(error)) {
      access.deny(error);
      return giveBack(context, job.id, error.message);
    }
    if (upload !== undefined) upload.failures += 1;
    if ((upload?.failures ?? 0) < MAX_UPLOADS) return;
    await failScheduled(context, job.id, `Its file did not get to the printer: ${error.message}`);
  };

  return {
    async begin(job, stop) {
      const abort = new AbortController();
      const failures = upload?.jobId === job.id ? upload.failures : 0;
      upload = { jobId: job.id, abort, failures };
      let remoteName: string | undefined;
      try {
        remoteName = await sendFile(deps, job, AbortSignal.any([stop, abort.signal]));
      } catch (error) {
        if (stop.aborted) throw error;
        if (abort.signal.aborted) return undefined;
        if (!(error instanceof DriverError)) throw error;
        await failed(job, error);
        return undefined;
      }
      return remoteName === undefined ? undefined : startPrint(deps, job.id, remoteName, stop);
    },
    failures: () => upload?.failures,
    abandon(jobId) {
      if (upload?.jobId === jobId) upload.abort.abort(new Error('No longer wanted here.'));
    },
  };
};
