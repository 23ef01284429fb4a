import type { Job } from '../../domain/job.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Reader } from '../ports.ts';
import { printerRow } from '../printers/find-printer.ts';

/** @throws Refusal NotPermitted for a job that was started at its printer: followed, never controlled */
export const checkControlled = (job: Job): void => {
  if (!job.fromServer) {
    throw new Refusal(
      'NotPermitted',
      `Job ${job.id} was started at ${job.printer}: it is followed, and controlled at the printer alone.`,
    );
  }
};

/** @throws Refusal PrinterUnavailable when nobody would carry out what is asked of a started job */
export const checkFollowed = async (reader: Reader, job: Job): Promise<void> => {
  const printer = await printerRow(reader, job.printer);
  if (printer === undefined || printer.removed || !printer.worker) {
    throw new Refusal('PrinterUnavailable', `The worker of ${job.printer} is stopped: start it first.`);
  }
};
