import { type StatusCode, StatusCodes } from 'node-opcua';
import type { JobView } from '../../app/application.ts';
import type { Job } from '../../domain/job.ts';
import { statusCodeOf, unsettledStatuses } from '../../domain/job-status.ts';
import { isOnline, type PrinterSnapshot } from '../../domain/printer.ts';
import { asciiText } from '../../domain/text.ts';
import { shortText } from '../short-text.ts';
import type { Instance } from './instantiate.ts';
import { type SlotValue, timeOf } from './variable-slot.ts';

/** A job's object and the row that it shows. */
export interface JobNode {
  readonly instance: Instance;
  job: Job;
}

const valuesOf = ({ job, ownerName, waitingReason }: JobView): Readonly<Record<string, SlotValue>> => ({
  JobId: job.id,
  StatusCode: statusCodeOf(job.status),
  Status: job.status,
  Owner: shortText(ownerName),
  File: shortText(job.fileName),
  Printer: job.printer,
  OrderId: shortText(job.orderId),
  Priority: job.priority,
  FromServer: job.fromServer,
  WaitingReason: asciiText(waitingReason),
  CreateTime: timeOf(job.createTime),
  StartTime: timeOf(job.startTime),
  EndTime: timeOf(job.endTime),
  StorageLocation: shortText(job.storageLocation),
  Attempt: job.attempt,
  JobOrderId: shortText(job.jobOrderId),
});

/** Of a print that nobody sees now, the progress is the last known one. */
const qualityOf = ({ status }: Job, snapshot: PrinterSnapshot | undefined): StatusCode => {
  if (!unsettledStatuses.includes(status)) return StatusCodes.Good;
  if (snapshot === undefined || !isOnline(snapshot.state)) {
    return StatusCodes.UncertainNoCommunicationLastUsableValue;
  }
  const isSeen =
    status === 'starting' || (status !== 'unknown' && typeof snapshot.job?.progress === 'number');
  return isSeen ? StatusCodes.Good : StatusCodes.UncertainLastUsableValue;
};

/** @param progress absent: as it was shown */
export const showProgress = (
  { instance, job }: JobNode,
  snapshot: PrinterSnapshot | undefined,
  now: Date,
  progress?: number,
): void => {
  const slot = instance.slots.get('Progress');
  if (slot === undefined) throw new Error('PrintJobType has no Progress.');
  const isLive = unsettledStatuses.includes(job.status) && snapshot !== undefined;
  const time = isLive ? new Date(snapshot.time) : now;
  slot.write(progress ?? slot.value ?? job.progress, time, qualityOf(job, snapshot));
};

/** @param snapshot of its printer */
export const showJob = (
  node: JobNode,
  view: JobView,
  snapshot: PrinterSnapshot | undefined,
  now: Date,
): void => {
  node.job = view.job;
  for (const [name, value] of Object.entries(valuesOf(view))) {
    const slot = node.instance.slots.get(name);
    if (slot === undefined) throw new Error(`PrintJobType has no ${name}.`);
    slot.write(value, now);
  }
  showProgress(node, snapshot, now, view.progress);
};
