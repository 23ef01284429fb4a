import type { JobView } from '../../app/application.ts';
import type { Job } from '../../domain/job.ts';
import { statusCodeOf } from '../../domain/job-status.ts';
import { asciiText } from '../../domain/text.ts';
import { shortText } from '../short-text.ts';
import type { Instance } from './instantiate.ts';
import { type SlotValue, timeOf } from './variable-slot.ts';

/** A job's object and the row that it shows. */
export interface JobNode {
  readonly instance: Instance;
  job: Job;
}

const valuesOf = ({
  job,
  ownerName,
  progress,
  waitingReason,
}: JobView): Readonly<Record<string, SlotValue>> => ({
  JobId: job.id,
  StatusCode: statusCodeOf(job.status),
  Status: job.status,
  Owner: shortText(ownerName),
  File: shortText(job.fileName),
  Printer: job.printer,
  OrderId: shortText(job.orderId),
  Priority: job.priority,
  FromServer: job.fromServer,
  Progress: progress,
  WaitingReason: asciiText(waitingReason),
  CreateTime: timeOf(job.createTime),
  StartTime: timeOf(job.startTime),
  EndTime: timeOf(job.endTime),
  StorageLocation: shortText(job.storageLocation),
  Attempt: job.attempt,
  JobOrderId: shortText(job.jobOrderId),
});

export const showJob = (node: JobNode, view: JobView, now: Date): void => {
  node.job = view.job;
  for (const [name, value] of Object.entries(valuesOf(view))) {
    const slot = node.instance.slots.get(name);
    if (slot === undefined) throw new Error(`PrintJobType has no ${name}.`);
    slot.write(value, now);
  }
};
