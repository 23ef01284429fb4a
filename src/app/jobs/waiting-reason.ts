import type { Conditions } from '../../domain/dispatch.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import { type Job, latestReason } from '../../domain/job.ts';
import { type JobStatus, onPrinterStatuses } from '../../domain/job-status.ts';
import { asciiText, sentence } from '../../domain/text.ts';
import { waitingReason } from '../../domain/waiting.ts';
import type { Lab, Place } from '../printers/lab.ts';

export type WaitingConditions = Pick<Conditions, 'suitability' | 'autoSchedule' | 'starts'>;

/** Statuses in which a job waits for something that the lab's state explains. */
export const explainedByLab: readonly JobStatus[] = ['approved', ...onPrinterStatuses, 'printed'];

const unfollowed = (job: Job, place: Place | undefined): string => {
  if (place !== undefined && !place.printer.worker) {
    return `It is not followed: the worker of ${job.printer} is stopped.`;
  }
  if (job.unreachableSince === null) return job.untold?.reason ?? '';
  return place === undefined || place.unreachable === ''
    ? `${job.printer} has not answered since ${job.unreachableSince}.`
    : place.unreachable;
};

const needsAttention = (job: Job, place: Place | undefined): string =>
  place === undefined || place.attention === ''
    ? ''
    : sentence(`${job.printer} needs a person: ${place.attention}`);

const ofPlate = (job: Job, place: Place | undefined): string => {
  if (!job.fromServer) return '';
  if (place === undefined || place.bed.jobId !== job.id || place.bed.state === 'clear') {
    return `Its plate is no longer on ${job.printer}: staff say what became of it (resolve).`;
  }
  if (!place.bed.needsPerson) return `Its plate waits for a pick-up from ${job.printer}.`;
  return place.bed.pickupId === 0
    ? `Somebody must look at the bed of ${job.printer} and confirm it.`
    : `A pick-up of its plate failed: ${job.printer} needs a person.`;
};

const ofStatus = (
  job: Job,
  file: GcodeFile | undefined,
  { places }: Lab,
  conditions: WaitingConditions,
  place: Place | undefined,
): string => {
  switch (job.status) {
    case 'created':
      return 'It waits for approval by staff.';
    case 'approved':
      return waitingReason({ job, file }, places, conditions);
    case 'scheduled':
      return unfollowed(job, place) || `Its file is going to ${job.printer}.`;
    case 'starting':
      return unfollowed(job, place) || `${job.printer} is starting it.`;
    case 'printing':
    case 'paused':
      return (
        unfollowed(job, place) ||
        needsAttention(job, place) ||
        (job.requested === null ? '' : `A ${job.requested.action} is under way.`)
      );
    case 'cancelIssued':
      return unfollowed(job, place) || `${job.printer} is cancelling it.`;
    case 'unknown':
      return `Staff look at ${job.printer} and resolve it: ${latestReason(job) || 'its outcome is not known.'}`;
    case 'printed':
      return ofPlate(job, place);
    case 'pickupIssued':
      return `A robot is taking its plate from ${job.printer}.`;
    case 'picked':
      return 'Its part waits to be collected.';
    default:
      return '';
  }
};

/** What a job waits for, '' for nothing; derived, never stored; at most 200 ASCII characters. */
export const waitingReasonOf = (
  job: Job,
  file: GcodeFile | undefined,
  lab: Lab,
  conditions: WaitingConditions,
): string => {
  const place = lab.places.find(one => one.printer.name === job.printer);
  return asciiText(ofStatus(job, file, lab, conditions, place));
};
