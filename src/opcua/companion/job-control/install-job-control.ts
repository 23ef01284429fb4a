import type { AddressSpace, UAObject } from 'node-opcua';
import type { Application } from '../../../app/application.ts';
import type { Commit } from '../../../app/commit.ts';
import type { Clock, Log, Reader, Where } from '../../../app/ports.ts';
import type { Job } from '../../../domain/job.ts';
import { isFinished, jobStatuses } from '../../../domain/job-status.ts';
import type { ActorOfContext } from '../../access/actor-of-context.ts';
import { createFollower, type Installed } from '../../nodes/follow-commits.ts';
import type { PrinterObjects } from '../../nodes/printer-objects.ts';
import { createTimeSlices } from '../../nodes/time-slices.ts';
import { buildingBlocksOf, LAB_ID } from '../building-blocks.ts';
import type { CommandApplication } from './commands.ts';
import { createJobOrderEvents, makeNotifier } from './events.ts';
import { installJobControlMethods, type Subject } from './install-methods.ts';
import { createJobBook } from './job-book.ts';
import {
  addLabJobManagement,
  addPrinterJobManagement,
  forgetShared,
  type JobManagementNodes,
  type LabJobManagement,
} from './job-management-nodes.ts';
import { computeWhenRead } from './job-order-list.ts';
import { createOffers } from './offers.ts';
import { createResponses } from './responses.ts';
import { createStructures } from './structures.ts';

export interface JobControlDeps {
  readonly addressSpace: AddressSpace;
  readonly printerObjects: PrinterObjects;
  readonly application: CommandApplication & Pick<Application, 'viewJobs'>;
  readonly actorOf: ActorOfContext;
  /** MAX_OPEN_JOBS; absent: its default. */
  readonly maxOpenJobs?: number;
  readonly store: Reader;
  readonly commit: Pick<Commit, 'listen'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Entries of the lab's JobOrderList at most: some 200 KB; methods know every job order. */
export const MAX_LISTED = 1000;
/** The same of a printer's. */
export const MAX_LISTED_OF_PRINTER = 50;
const DEFAULT_MAX_OPEN_JOBS = 20_000;
/** MaxDownloadableJobOrders is a UInt16. */
const MAX_UINT16 = 0xffff;
/** ms of work before others get their turn. */
const SLICE = 5;
/** ms; the contract's bound for an answer. */
const CALL_TIME_LIMIT = 2000;

/** Together every job that is not finished, without a bucket of the archive that could hold one. */
const unfinished: readonly Where<Job>[] = [true, false].map(fromServer => ({
  fromServer,
  status: jobStatuses.filter(status => !isFinished({ status, fromServer })),
}));

/**
 * ISA-95 Job Control V2 and OPC 40001-3 Machinery Jobs: the lab takes job orders into the queue that everybody else
 * uses, each printer lists those that are assigned to it. After the machines, whose add-ins they are.
 */
export const installJobControl = (deps: JobControlDeps): Installed => {
  const { addressSpace, printerObjects, application, store, commit, clock, log } = deps;
  const structures = createStructures(addressSpace);
  const book = createJobBook(MAX_LISTED);
  const subjects = new Map<string, Subject>();
  const printers = new Map<string, JobManagementNodes>();
  const offers = createOffers(structures);
  const slices = createTimeSlices({
    budget: SLICE,
    onError: error => log.error({ err: error }, 'The job orders of a printer could not be shown'),
  });
  let events: ReturnType<typeof createJobOrderEvents> | undefined;
  let lab: LabJobManagement | undefined;
  let isWarming = false;
  let endPrinters: (() => void) | undefined;

  /** Makes in slices what a read would otherwise make at once. */
  const warm = (): void => {
    if (isWarming) return;
    isWarming = true;
    slices.push(() => {
      isWarming = false;
      for (const job of book.ofLab(MAX_LISTED)) {
        if (!structures.isReady(job)) slices.push(() => structures.orderAndState(job));
      }
    });
  };

  const show = (
    { control, results, jobOrderList }: JobManagementNodes,
    subject: Subject,
    jobs: () => readonly Job[],
  ): void => {
    for (const { nodeId } of [control, results]) subjects.set(nodeId.toString(), subject);
    const version = (): number => book.version(subject.printer);
    computeWhenRead(jobOrderList, { jobs, version }, structures, clock);
  };

  const maximum = Math.min(deps.maxOpenJobs ?? DEFAULT_MAX_OPEN_JOBS, MAX_UINT16);

  const makeLab = (): LabJobManagement => {
    const nodes = addLabJobManagement(addressSpace, buildingBlocksOf(addressSpace, LAB_ID), maximum);
    makeNotifier(nodes.results);
    show(nodes, {}, () => book.ofLab(MAX_LISTED));
    return nodes;
  };

  const makePrinter = (printer: string, object: UAObject): void => {
    // It may have gone before its turn came.
    if (lab === undefined || printerObjects.get(printer) !== object || printers.has(printer)) return;
    const blocks = buildingBlocksOf(addressSpace, object.nodeId.toString());
    const nodes = addPrinterJobManagement(addressSpace, blocks, lab);
    printers.set(printer, nodes);
    show(nodes, { printer }, () => book.ofPrinter(printer, MAX_LISTED_OF_PRINTER));
  };

  const forgetPrinter = (printer: string): void => {
    const nodes = printers.get(printer);
    if (nodes === undefined) return;
    printers.delete(printer);
    for (const { nodeId } of [nodes.control, nodes.results]) subjects.delete(nodeId.toString());
    forgetShared(nodes);
  };

  const follower = createFollower({
    commit,
    name: 'job orders',
    load: async () => {
      for (const where of unfinished) for (const job of await store.find('jobs', { where })) book.put(job);
      await offers.load(store);
      endPrinters = printerObjects.follow({
        made: (printer, object) => slices.push(() => makePrinter(printer, object)),
        going: forgetPrinter,
      });
      await slices.finish();
    },
    apply: publication => {
      let changed = false;
      for (const change of publication.changes) {
        const { collection, before, after } = change;
        offers.apply(change);
        if (collection !== 'jobs') continue;
        changed = true;
        if (after !== undefined) book.put(after);
        else if (before !== undefined) book.delete(before.id);
      }
      if (changed) warm();
      events?.hear(publication);
    },
  });

  /** Finished jobs lie in the archive, which start-up must not read. */
  const loadNewest = async (): Promise<void> => {
    const newest = await store.find('jobs', { descending: true, limit: MAX_LISTED });
    for (const job of newest) if (isFinished(job)) book.putIfNew(job);
    warm();
  };

  return {
    async start() {
      lab = makeLab();
      offers.show(lab);
      events = createJobOrderEvents({ ...deps, structures, results: lab.results });
      installJobControlMethods(addressSpace, {
        application,
        responses: createResponses({ application, book, structures }),
        actorOf: deps.actorOf,
        subjectOf: objectId => subjects.get(objectId),
        clock,
        log,
        timeLimit: CALL_TIME_LIMIT,
      });
      await follower.start();
      loadNewest().catch(error => log.error({ err: error }, 'The newest job orders could not be read'));
    },
    async stop() {
      endPrinters?.();
      await follower.stop();
      slices.clear();
    },
  };
};
