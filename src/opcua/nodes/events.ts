import { type AddressSpace, DataType, type NodeId, resolveNodeId, type UAObject } from 'node-opcua';
import type { Commit, Publication } from '../../app/commit.ts';
import type { Clock, CollectionName, Log, Reader } from '../../app/ports.ts';
import { type Job, latestReason } from '../../domain/job.ts';
import { type JobStatus, statusCodeOf } from '../../domain/job-status.ts';
import { type Plate, pickupStateCodes, plateOf } from '../../domain/pickup.ts';
import { asciiText } from '../../domain/text.ts';
import { instanceIds, typeIds } from '../model-ids.ts';
import { shortText } from '../short-text.ts';
import { findObject, findVariable } from './find-node.ts';
import type { Installed } from './follow-commits.ts';
import { createPrinterFacts } from './printer-nodes-facts.ts';
import { createSlot } from './variable-slot.ts';

export interface EventsDeps {
  readonly addressSpace: AddressSpace;
  readonly store: Reader;
  readonly commit: Pick<Commit, 'listen'>;
  /** '' for an account that is gone. */
  readonly usernameOf: (accountId: string) => Promise<string>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** OPC 10000-5, 6.4.2: 1 is the lowest urgency, 1000 a catastrophe. */
const ROUTINE = 100;
const NOTICE = 300;
const NEEDS_A_PERSON = 700;

const severities: Readonly<Partial<Record<JobStatus, number>>> = {
  created: ROUTINE,
  cancelled: NOTICE,
  rejected: NOTICE,
  failed: NEEDS_A_PERSON,
  unknown: NEEDS_A_PERSON,
};

const text = (value: string) => ({ dataType: DataType.String, value }) as const;
const count = (value: number) => ({ dataType: DataType.UInt32, value: value >>> 0 }) as const;
const code = (value: number) => ({ dataType: DataType.Int32, value }) as const;
const time = (value: Date) => ({ dataType: DataType.DateTime, value }) as const;

/** Rows that tell of plates and pick-ups: most commits change none of them. */
const plateCollections: readonly CollectionName[] = ['printers', 'beds', 'pickups'];

/** Each event item that a client monitors on a node listens at it. */
const hasListeners = (node: UAObject): boolean => node.listenerCount('event') > 0;

/**
 * Raises JobStatusEventType on Jobs and PickupEventType on the printer for what was committed, in its order. All
 * events share one ChangeCount, which starts at 0 with the server: whoever listens at MesPrinting sees every number.
 */
export const installEvents = (deps: EventsDeps): Installed => {
  const { addressSpace, store, commit, usernameOf, clock, log } = deps;
  const jobs = findObject(addressSpace, instanceIds.Jobs);
  const printers = findObject(addressSpace, instanceIds.Printers);
  /** Where events of a source arrive beside the source itself. */
  const notifiers = [
    jobs,
    printers,
    findObject(addressSpace, instanceIds.MesPrinting),
    addressSpace.rootFolder.objects.server,
  ];
  const jobEvent = resolveNodeId(typeIds.JobStatusEventType);
  const pickupEvent = resolveNodeId(typeIds.PickupEventType);
  const changeCount = createSlot(findVariable(addressSpace, instanceIds['MesPrinting/ChangeCount']));
  const facts = createPrinterFacts();
  let changes = 0;
  let end: (() => void) | undefined;
  let work: Promise<void> = Promise.resolve();

  const nextChange = (now: Date): number => {
    changes = (changes + 1) >>> 0;
    changeCount.write(changes, now);
    return changes;
  };

  /** Making an event costs as much as answering a read, so what nobody hears is counted alone. */
  const isHeard = (source: UAObject): boolean => hasListeners(source) || notifiers.some(hasListeners);

  const raise = (source: UAObject, type: NodeId, fields: object, message: string, severity: number) => {
    const now = clock.now();
    const change = count(nextChange(now));
    source.raiseEvent(type, {
      ...fields,
      sourceNode: { dataType: DataType.NodeId, value: source.nodeId },
      sourceName: text(String(source.nodeId.value).replace(/^.*\//, '')),
      time: time(now),
      receiveTime: time(now),
      // node-opcua would put a DateTime where a TimeZoneDataType belongs.
      localTime: { dataType: DataType.Null },
      message: { dataType: DataType.LocalizedText, value: { locale: 'en', text: message } },
      severity: { dataType: DataType.UInt16, value: severity },
      changeCount: change,
    });
  };

  const tellJob = async (before: Job | undefined, after: Job, fallbackReason: string): Promise<void> => {
    if (before?.status === after.status) return;
    if (!isHeard(jobs)) {
      nextChange(clock.now());
      return;
    }
    const owner = after.owner === '' ? '' : await usernameOf(after.owner);
    const where = after.printer === '' ? '' : ` on ${after.printer}`;
    const fields = {
      jobId: count(after.id),
      oldStatusCode: code(before === undefined ? 0 : statusCodeOf(before.status)),
      newStatusCode: code(statusCodeOf(after.status)),
      oldStatus: text(before?.status ?? ''),
      newStatus: text(after.status),
      printer: text(after.printer),
      owner: text(shortText(owner)),
      orderId: text(shortText(after.orderId)),
      reason: text(asciiText(latestReason(after) || fallbackReason)),
    };
    const severity = severities[after.status] ?? ROUTINE;
    raise(jobs, jobEvent, fields, `Job ${after.id} is ${after.status}${where}.`, severity);
  };

  const plateAt = (printer: string): Plate | undefined => {
    const known = facts.get(printer);
    return known && plateOf(known.bed, known.pickup);
  };

  const tellPickup = (printer: string, before: Plate, after: Plate): void => {
    const { state } = after;
    if (before.state === state && before.pickupId === after.pickupId) return;
    // A printer's own node may still be in the making.
    const source = (addressSpace.findNode(`${instanceIds.Printers}/${printer}`) ?? printers) as UAObject;
    if (!isHeard(source)) {
      nextChange(clock.now());
      return;
    }
    // An ended pick-up no longer stands on the bed.
    const { pickupId, robot } = after.pickupId === 0 ? before : after;
    const fields = {
      printer: text(printer),
      jobId: count(after.jobId || before.jobId),
      pickupId: count(pickupId),
      state: code(pickupStateCodes[state]),
      robot: text(shortText(robot)),
    };
    const message = `Pick-up at ${printer}: ${stateNames[state]}.`;
    raise(source, pickupEvent, fields, message, state === 'failed' ? NEEDS_A_PERSON : ROUTINE);
  };

  const tellPickups = (rows: Publication['changes']): void => {
    const concerning = rows.filter(({ collection }) => plateCollections.includes(collection));
    if (concerning.length === 0) return;
    const before = new Map(facts.names().map(name => [name, plateAt(name)]));
    for (const printer of new Set(concerning.flatMap(row => facts.apply(row)))) {
      const was = before.get(printer);
      const now = plateAt(printer);
      if (was !== undefined && now !== undefined) tellPickup(printer, was, now);
    }
  };

  const tell = async ({ changes: rows, reason }: Publication): Promise<void> => {
    for (const { collection, before, after } of rows) {
      try {
        if (collection === 'jobs' && after !== undefined) await tellJob(before, after, reason);
      } catch (error) {
        log.error({ err: error, collection, id: after?.id }, 'An event could not be raised');
      }
    }
    try {
      tellPickups(rows);
    } catch (error) {
      log.error({ err: error }, 'An event of a pick-up could not be raised');
    }
  };

  return {
    async start() {
      changeCount.write(changes, clock.now());
      const loaded = facts.load(store);
      work = loaded;
      end = commit.listen('events', publication => {
        work = work.then(() => tell(publication));
        return work;
      });
      await loaded;
    },
    async stop() {
      end?.();
      await work;
    },
  };
};

const stateNames: Readonly<Record<Plate['state'], string>> = {
  none: 'none',
  requested: 'a plate waits',
  inProgress: 'in progress',
  failed: 'failed, a person is needed',
};
