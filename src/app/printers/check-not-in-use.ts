import { type JobStatus, pinsPrinterStatuses } from '../../domain/job-status.ts';
import type { Printer } from '../../domain/printer.ts';
import { Refusal } from '../../domain/refusal.ts';
import { holdOn } from '../pickups/hold-on.ts';
import type { Reader } from '../ports.ts';

/**
 * No print, part of a job or arm is on the machine, so that it may go. A foreign print that has ended does not count.
 * @throws Refusal InvalidState that says what is, and what to do first
 */
export const checkNotInUse = async (reader: Reader, { name }: Printer): Promise<void> => {
  const [own] = await reader.find('jobs', {
    where: { printer: name, status: pinsPrinterStatuses, fromServer: true },
    limit: 1,
  });
  const [foreign] = await reader.find('jobs', {
    where: { printer: name, status: ['printing', 'paused', 'unknown'], fromServer: false },
    limit: 1,
  });
  const holder = own ?? foreign;
  if (holder !== undefined) {
    const { id, status } = holder;
    throw new Refusal('InvalidState', `Job ${id} is ${status} on ${name}: ${firstStepOf(status)}.`);
  }
  const hold = await holdOn(reader, name);
  if (hold !== undefined) {
    throw new Refusal('InvalidState', `Pick-up ${hold.id} holds ${name}: confirm or release it.`);
  }
};

const firstStepOf = (status: JobStatus): string => {
  switch (status) {
    case 'unknown':
      return 'resolve it first';
    case 'printed':
      return 'take its plate and confirm the bed clear first, or resolve it to printed if it is gone';
    case 'pickupIssued':
      return 'confirm or release its pick-up first';
    default:
      return 'cancel it or wait for its end; out of reach it becomes unknown: resolve it then';
  }
};
