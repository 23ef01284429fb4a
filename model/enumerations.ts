import { type BedContent, bedContents } from '../src/domain/bed.ts';
import { type JobStatus, jobStatuses, statusCodeOf } from '../src/domain/job-status.ts';
import { type OrderStatus, orderStatusCodeOf, orderStatuses } from '../src/domain/order.ts';
import { pickupStateCodes } from '../src/domain/pickup.ts';
import { type PrinterState, printerStates, stateCodeOf } from '../src/domain/printer.ts';
import { type ReturnCodeName, returnCodes } from '../src/domain/refusal.ts';
import type { EnumerationElement } from './elements.ts';

/** The names and numbers come from the domain's tables, so they cannot drift; only the words are written here. */
const enumeration = <Name extends string>(
  name: string,
  description: string,
  names: readonly Name[],
  codeOf: (name: Name) => number,
  words: Readonly<Record<Name, string>>,
): EnumerationElement => ({
  name,
  description,
  values: names.map(one => ({ name: one, value: codeOf(one), description: words[one] })),
});

const namesOf = <Table extends Readonly<Record<string, number>>>(
  table: Table,
): readonly (keyof Table & string)[] => Object.keys(table);

const jobStatusWords: Readonly<Record<JobStatus, string>> = {
  created: 'Submitted; waits for an approval.',
  approved: 'May be printed; waits for a printer.',
  scheduled: 'A printer is reserved and the file goes up.',
  starting: 'The file is on the printer and the start is stored, perhaps sent.',
  printing: 'Being printed.',
  paused: 'The print is paused.',
  printed: 'Printed; the part lies on the bed.',
  pickupIssued: 'A robot is taking the plate.',
  picked: 'In storage.',
  collected: 'Handed out to its owner.',
  cancelIssued: 'A cancel was accepted and not yet confirmed by the printer.',
  cancelled: 'Cancelled.',
  rejected: 'Not approved; the reason is recorded.',
  failed: 'Failed, or a bad part. A retry is a new job.',
  unknown: 'The outcome cannot be known; ResolveJob settles it.',
  discarded: 'Never collected, thrown away.',
};

const orderStatusWords: Readonly<Record<OrderStatus, string>> = {
  open: 'Parts can still come.',
  done: 'As many parts as ordered are there.',
  cancelled: 'Cancelled, for good.',
  incomplete: 'Parts are missing and none can come; a retry of a job opens it again.',
};

const printerStateWords: Readonly<Record<PrinterState, string>> = {
  unreachable: 'No answer from the printer.',
  unauthorized: 'The printer refuses our key: an operator must mend it.',
  offline: 'Its interface answers, the machine behind it is off or disconnected.',
  connecting: 'Its interface is connecting to the machine.',
  idle: 'Nothing runs; a start would be taken.',
  busy: 'Occupied by something that is not a print.',
  printing: 'Printing.',
  pausing: 'About to pause.',
  paused: 'The print is paused.',
  resuming: 'About to go on.',
  cancelling: 'The print is being cancelled.',
  finishing: 'The print is ending.',
  finished: 'The print has ended and the printer shows so.',
  stopped: 'The print was cancelled and the printer shows so.',
  attention:
    'A person is needed at the printer: for a print that waits, or because it can take no file (no drive, no room).',
  error: 'A fault of the printer.',
  unknown: 'The printer reports a state that is not known here.',
};

const bedContentWords: Readonly<Record<BedContent, string>> = {
  none: 'Nothing lies there.',
  good: 'A finished part.',
  scrap: 'What a cancelled or failed print left.',
  unknown: 'Unknown, or of a print that was started at the printer.',
};

const pickupStateWords: Readonly<Record<keyof typeof pickupStateCodes, string>> = {
  none: 'Nothing to pick up.',
  requested: 'A plate waits for a robot.',
  inProgress: 'A robot holds the plate: BeginPickup was answered.',
  failed: 'The pick-up failed: a person is needed.',
};

const returnCodeWords: Readonly<Record<ReturnCodeName, string>> = {
  OK: 'Done, or it already holds.',
  NotFound: 'There is no such object, or the caller may not see it.',
  InvalidState: 'The object is in a state that does not allow it.',
  NotPermitted: 'The caller may call this, but not for this object.',
  InvalidArgument: 'An argument is wrong; the message says which.',
  NoCompatiblePrinter: 'No printer here can ever print this file.',
  QuotaExceeded: 'The owner has too many open jobs.',
  RequestIdConflict: 'The RequestId or OrderId was used before with other arguments.',
  PrinterUnavailable: 'The printer cannot be asked now.',
  StorageFailed: 'It could not be stored; nothing was done.',
  Busy: 'Too much is under way; repeat the same call later.',
  HeldByOther: 'Another robot or account holds the plate.',
};

export const enumerations: readonly EnumerationElement[] = [
  enumeration(
    'JobStatusEnumeration',
    'StatusCode of a print job. Append only.',
    jobStatuses,
    statusCodeOf,
    jobStatusWords,
  ),
  enumeration(
    'OrderStatusEnumeration',
    'StatusCode of an order. Append only.',
    orderStatuses,
    orderStatusCodeOf,
    orderStatusWords,
  ),
  enumeration(
    'PrinterStateEnumeration',
    'StateCode of a printer, the same for every kind of printer. Append only.',
    printerStates,
    stateCodeOf,
    printerStateWords,
  ),
  enumeration(
    'BedContentEnumeration',
    'What lies on a bed.',
    namesOf(bedContents),
    name => bedContents[name],
    bedContentWords,
  ),
  enumeration(
    'PickupStateEnumeration',
    'State of a pick-up at a printer.',
    namesOf(pickupStateCodes),
    name => pickupStateCodes[name],
    pickupStateWords,
  ),
  enumeration(
    'ReturnCodeEnumeration',
    'ReturnCode of every method of this server.',
    namesOf(returnCodes),
    name => returnCodes[name],
    returnCodeWords,
  ),
];
