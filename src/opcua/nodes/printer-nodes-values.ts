import { bedContents } from '../../domain/bed.ts';
import { statusCodeOf } from '../../domain/job-status.ts';
import { isOverdue, pickupStateCodes, plateOf } from '../../domain/pickup.ts';
import {
  isFault,
  isOnline,
  notReadyReason,
  type PrinterJob,
  type PrinterSnapshot,
  stateCodeOf,
} from '../../domain/printer.ts';
import { shownFile, shownPrint } from '../../domain/shown-print.ts';
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
    'Job/File': shortText(shownFile(shownPrint(snapshot, job), job)),
    'Pickup/State': pickupStateCodes[plate.state],
    'Pickup/PickupId': plate.pickupId,
    'Pickup/JobId': plate.jobId,
    'Pickup/Robot': shortText(plate.robot),
    'Pickup/Since': plate.since === '' ? noTime : timeOf(plate.since),
  };
};

/** A printer on which nothing prints has no progress, which is 0 and not unknown. */
const noPrint = { progress: 0, timeUsed: 0, timeLeft: 0, timeLeftApprox: 0 };

type Print = Pick<PrinterJob, keyof typeof noPrint>;

/** A printer that does not say what it does may be printing. */
const untold: Print = { progress: null, timeUsed: null, timeLeft: null, timeLeftApprox: null };

const measures: Readonly<Record<string, (snapshot: PrinterSnapshot, print: Print) => Measured>> = {
  'Nozzle/Target': ({ nozzle }) => nozzle.target,
  'Nozzle/Actual': ({ nozzle }) => nozzle.actual,
  'Bed/Target': ({ bed }) => bed.target,
  'Bed/Actual': ({ bed }) => bed.actual,
  'Head/X': ({ head }) => head.x,
  'Head/Y': ({ head }) => head.y,
  'Head/Z': ({ head }) => head.z,
  'Job/Progress': (_, print) => print.progress,
  'Job/TimeUsed': (_, print) => print.timeUsed,
  'Job/TimeLeft': (_, print) => print.timeLeft,
  'Job/TimeLeftApprox': (_, print) => print.timeLeftApprox,
};
export const measuredPaths: readonly string[] = Object.keys(measures);

const measuredValues = ({ job }: PrinterFacts, snapshot: PrinterSnapshot): PrinterValues['measured'] => {
  const print = shownPrint(snapshot, job) ?? (snapshot.state === 'unknown' ? untold : noPrint);
  return Object.fromEntries(
    Object.entries(measures).map(([path, measure]) => [path, measure(snapshot, print)]),
  );
};

/** A printer that refuses our files, and counts as unauthorized, may be read all the same. */
const isRead = ({ state, nozzle, bed }: PrinterSnapshot): boolean =>
  isOnline(state) || (state === 'unauthorized' && (nozzle.actual !== null || bed.actual !== null));

export const printerValues = (
  facts: PrinterFacts,
  snapshot: PrinterSnapshot | undefined,
  now: Date,
): PrinterValues => {
  const lost = snapshot === undefined || !facts.printer.worker || !isRead(snapshot);
  return {
    owned: ownedValues(facts, snapshot, now),
    measured: lost ? {} : measuredValues(facts, snapshot),
    lost,
  };
};
