import { elapsed } from '../app/elapsed.ts';
import type { FollowContext } from '../app/follow-print/context.ts';
import { dropRequest } from '../app/follow-print/drop-request.ts';
import { refuseCancel } from '../app/follow-print/refuse-cancel.ts';
import type { PrinterDriver } from '../app/ports.ts';
import { DriverError } from '../app/ports.ts';
import type { Job } from '../domain/job.ts';
import type { PrinterSnapshot } from '../domain/printer.ts';

/** Refusals of a cancel, with the print seen going on after each, until it counts as refused for good. */
const MAX_REFUSALS = 3;
/** How long a printer may take a cancel without showing it until it is sent again. In ms. */
const CANCEL_AGAIN = 30_000;

/** Sends pause, resume and cancel of a print that was just seen active. */
export interface Commander {
  send(
    command: 'pause' | 'resume' | 'cancel',
    job: Job,
    snapshot: PrinterSnapshot,
    stop: AbortSignal,
  ): Promise<void>;
}

export const createCommander = (deps: { context: FollowContext; driver: PrinterDriver }): Commander => {
  const { context, driver } = deps;
  /** The command that was taken last, so that it is sent once. */
  let taken = '';
  let takenAt = 0;
  /** Of the cancel of one job: the next job's counts anew. */
  let refused = { jobId: 0, times: 0 };

  const now = (): number => elapsed(context.clock);

  const cancel = async (job: Job, snapshot: PrinterSnapshot, stop: AbortSignal): Promise<void> => {
    const key = `cancel ${job.id}`;
    if (taken === key && now() - takenAt < CANCEL_AGAIN) return;
    try {
      await driver.cancel(job.remoteName, stop);
      taken = key;
      takenAt = now();
      refused = { jobId: job.id, times: 0 };
    } catch (error) {
      if (!(error instanceof DriverError) || error.kind !== 'refused') throw error;
      const times = refused.jobId === job.id ? refused.times + 1 : 1;
      refused = { jobId: job.id, times: times % MAX_REFUSALS };
      if (times < MAX_REFUSALS) return;
      const to = snapshot.state === 'paused' ? 'paused' : 'printing';
      await refuseCancel(context, job.id, to, `The printer refused to cancel it: ${error.message}`);
    }
  };

  const request = async (command: 'pause' | 'resume', job: Job, stop: AbortSignal): Promise<void> => {
    const key = `${command} ${job.id} ${job.requested?.time ?? ''}`;
    if (taken === key) return;
    if (!driver.capabilities[command]) {
      return dropRequest(context, job.id, `This printer cannot ${command}.`);
    }
    try {
      await driver[command](stop);
      taken = key;
      takenAt = now();
    } catch (error) {
      if (!(error instanceof DriverError) || error.kind !== 'refused') throw error;
      await dropRequest(context, job.id, `The printer refused: ${error.message}`);
    }
  };

  return {
    send: (command, job, snapshot, stop) =>
      command === 'cancel' ? cancel(job, snapshot, stop) : request(command, job, stop),
  };
};
