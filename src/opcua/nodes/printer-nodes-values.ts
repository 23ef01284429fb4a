import { bedContents } from '../../domain/bed.ts';
import { statusCodeOf } from '../../domain/job-status.ts';
import { isOverdue, pickupStateCodes, plateOf } from '../../domain/pickup.ts';
import {
  isFault,
  isOnline,
  notReadyReason,
  type PrinterSnapshot,
  stateCodeOf,
} from '../../domain/printer.ts';
import { asciiText } from '../../domain/text.ts';
import { shortText } from '../short-text.ts';
import type { PrinterFacts } from './printer-nodes-facts.ts';
import { noTime, type SlotValue, timeOf } from './variable-slot.ts';

/** Telemetry: null means that the printer does not say. */
export type Measured = number | null;

export interface PrinterValues {
  /** What the server knows by itself: always Good. */
  readonly owned: Readonly<Record<string, SlotValue>>;
  readonly measured: Readonly<Record<string, Measured>>;
  /** The printer is not followed or does not answer: measured values are the last known. */
  readonly lost: boolean;
}

const ownedValues = (
  facts: PrinterFacts,
  snapshot: PrinterSnapshot | undefined,
  now: Date,
): PrinterValues['owned'] => {
  const { printer, bed, job, pickup } = facts;
  const state = snapshot?.state ?? 'unreachable';
  const notReady = notReadyReason(facts, snapshot, now);
  const plate = plateOf(bed, pickup);
  return {
    Name: printer.name,
    Api: printer.api,
    Model: shortText(printer.model),
    Group: shortText(printer.group),
    Url: printer.url,
    CameraUrl: printer.cameraUrl,
    State: state,
    StateCode: stateCodeOf(state),
    Ready: notReady === '',
    NotReadyReason: asciiText(notReady),
    Online: printer.worker && isOnline(state),
    Fault: isFault(state),
    Attention: state === 'attention' || bed.needsPerson || isOverdue(pickup),
    Maintenance: printer.maintenance.on,
    WorkerRunning: printer.worker,
    UpdateTime: timeOf(snapshot?.time),
    'Bed/Clear': bed.state === 'clear',
    'Bed/JobId': bed.jobId,
    'Bed/Content': bedContents[bed.content],
    'Job/JobId': job?.id ?? 0,
    'Job/StatusCode': job === undefined ? 0 : statusCodeOf(job.status),
    'Job/OrderId': shortText(job?.orderId ?? ''),
    'Job/File': shortText(job?.fileName ?? ''),
    'Pickup/State': pickupStateCodes[plate.state],
    'Pickup/PickupId': plate.pickupId,
    'Pickup/JobId': plate.jobId,
    'Pickup/Robot': shortText(plate.robot),
    'Pickup/Since': plate.since === '' ? noTime : timeOf(plate.since),
  };
};

/** A printer with no file loaded has no progress, which is 0 and not unknown. */
const noPrint = { progress: 0, timeUsed: 0, timeLeft: 0, timeLeftApprox: 0 };

const measures: Readonly<Record<string, (snapshot: PrinterSnapshot) => Measured>> = {
  'Nozzle/Target': ({ nozzle }) => nozzle.target,
  'Nozzle/Actual': ({ nozzle }) => nozzle.actual,
  'Bed/Target': ({ bed }) => bed.target,
  'Bed/Actual': ({ bed }) => bed.actual,
  'Head/X': ({ head }) => head.x,
  'Head/Y': ({ head }) => head.y,
  'Head/Z': ({ head }) => head.z,
  'Job/Progress': ({ job }) => (job ?? noPrint).progress,
  'Job/TimeUsed': ({ job }) => (job ?? noPrint).timeUsed,
  'Job/TimeLeft': ({ job }) => (job ?? noPrint).timeLeft,
  'Job/TimeLeftApprox': ({ job }) => (job ?? noPrint).timeLeftApprox,
};
export const measuredPaths: readonly string[] = Object.keys(measures);

const measuredValues = (snapshot: PrinterSnapshot): PrinterValues['measured'] =>
  Object.fromEntries(Object.entries(measures).map(([path, measure]) => [path, measure(snapshot)]));

export const printerValues = (
  facts: PrinterFacts,
  snapshot: PrinterSnapshot | undefined,
  now: Date,
): PrinterValues => {
  const lost = snapshot === undefined || !facts.printer.worker || !isOnline(snapshot.state);
  return {
    owned: ownedValues(facts, snapshot, now),
    measured: lost ? {} : measuredValues(snapshot),
    lost,
  };
};
