import type { Job } from '../../domain/job.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Reader } from '../ports.ts';

/** Of jobs that came without a JobOrderID: nobody else gives such ids. */
const OWN_PREFIX = 'MES-';
const ownPattern = /^MES-([1-9]\d{0,9})$/;
/** In characters. */
const MAX_LENGTH = 255;
const forbidden = /\p{Cc}|^\s|\s$/u;

/** On the list or not: an id is one job order's for good. Indexed, of archived jobs too. */
const jobWithId = async (reader: Reader, jobOrderId: string): Promise<Job | undefined> => {
  const [, number] = ownPattern.exec(jobOrderId) ?? [];
  if (number !== undefined) return reader.get('jobs', Number(number));
  return (await reader.find('jobs', { where: { jobOrderId }, limit: 1 }))[0];
};

/** Undefined for one that is unknown or off the list. */
export const findJobOrder = async (reader: Reader, jobOrderId: string): Promise<Job | undefined> => {
  if (jobOrderId === '' || jobOrderId.length > MAX_LENGTH) return undefined;
  const job = await jobWithId(reader, jobOrderId);
  return job === undefined || job.offList || job.jobOrderId !== jobOrderId ? undefined : job;
};

/**
 * @throws Refusal InvalidArgument; RequestIdConflict for an id that was given before, were its job order finished or
 * cleared meanwhile: a repeat after a lost answer prints nothing twice
 */
export const checkJobOrderId = async (reader: Reader, jobOrderId: string): Promise<void> => {
  if (jobOrderId === '' || jobOrderId.length > MAX_LENGTH || forbidden.test(jobOrderId)) {
    throw new Refusal(
      'InvalidArgument',
      `JobOrderID must be 1 to ${MAX_LENGTH} characters without control characters or spaces at its ends.`,
    );
  }
  if (jobOrderId.toUpperCase().startsWith(OWN_PREFIX)) {
    throw new Refusal('RequestIdConflict', `JobOrderIDs that begin with ${OWN_PREFIX} are the server's own.`);
  }
  const known = await jobWithId(reader, jobOrderId);
  if (known !== undefined) {
    throw new Refusal('RequestIdConflict', `This JobOrderID is job ${known.id} already: use a new one.`);
  }
};
