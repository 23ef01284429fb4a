import {
  AccessRestrictionsFlag,
  type AddressSpace,
  DataType,
  makeRoles,
  PermissionType,
  type UAObject,
  type UAObjectType,
  VariantArrayType,
  WellKnownRoles,
} from 'node-opcua';
import type { Publication } from '../../../app/commit.ts';
import type { Clock, Log } from '../../../app/ports.ts';
import type { Job } from '../../../domain/job.ts';
import { permissionsForNotifier } from '../../access/access-table.ts';
import { INSTANCES_INDEX, instanceIds } from '../../model-ids.ts';
import { findObject } from '../../nodes/find-node.ts';
import { isa95Ids } from './ids.ts';
import { jobResults, stateEntries, stateOf } from './job-state.ts';
import type { Structures } from './structures.ts';

/** OPC 10000-5, 6.4.2. */
const ROUTINE = 100;
const NEEDS_A_PERSON = 700;

/** The specification's own type is abstract; ours stands beside the instances, since our types know no companion. */
export const JOB_ORDER_EVENT = `ns=${INSTANCES_INDEX};s=JobOrderStatusEventType`;

export const addEventType = (addressSpace: AddressSpace): UAObjectType => {
  const type = addressSpace.getNamespace(INSTANCES_INDEX).addObjectType({
    browseName: 'JobOrderStatusEventType',
    nodeId: JOB_ORDER_EVENT,
    subtypeOf: isa95Ids.ISA95JobOrderStatusEventType,
    description: 'A job order has another state.',
    isAbstract: false,
  });
  const { Browse, Read, ReceiveEvents } = PermissionType;
  type.setRolePermissions([
    { roleId: makeRoles(WellKnownRoles.Anonymous)[0], permissions: Browse | Read | ReceiveEvents },
  ]);
  type.setAccessRestrictions(AccessRestrictionsFlag.None);
  return type;
};

/** Lets the lab's results be heard: at themselves, at MesPrinting and at Server. */
export const makeNotifier = (results: UAObject): void => {
  results.setEventNotifier(1);
  results.setRolePermissions(permissionsForNotifier());
  results.addReference({ referenceType: 'HasNotifier', isForward: false, nodeId: instanceIds.MesPrinting });
};

export interface JobOrderEventsDeps {
  readonly addressSpace: AddressSpace;
  readonly structures: Structures;
  /** Of the lab: the SourceNode. */
  readonly results: UAObject;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

const signature = (job: Job): string => {
  const { number, substate, result } = stateOf(job);
  return `${number}/${substate ?? ''}/${jobResults[result]}`;
};

/** An event for each change of a job order's state or substate, however the job came and whoever moved it. */
export const createJobOrderEvents = (deps: JobOrderEventsDeps) => {
  const { addressSpace, structures, results, clock, log } = deps;
  const type = addEventType(addressSpace);
  const places = [
    results,
    findObject(addressSpace, instanceIds.MesPrinting),
    addressSpace.rootFolder.objects.server,
  ];

  /** Making an event costs as much as answering a read. */
  const isHeard = (): boolean => places.some(place => place.listenerCount('event') > 0);

  const raise = (job: Job): void => {
    const state = stateOf(job);
    const now = clock.now();
    const needsPerson = job.status === 'unknown' || job.status === 'failed';
    results.raiseEvent(type, {
      jobOrder: { dataType: DataType.ExtensionObject, value: structures.order(job) },
      jobState: {
        dataType: DataType.ExtensionObject,
        arrayType: VariantArrayType.Array,
        value: [...structures.states(job)],
      },
      jobResponse: {
        dataType: DataType.ExtensionObject,
        value: structures.response(job, { progress: job.progress, waitingReason: '' }),
      },
      sourceNode: { dataType: DataType.NodeId, value: results.nodeId },
      sourceName: { dataType: DataType.String, value: 'JobOrderResults' },
      time: { dataType: DataType.DateTime, value: now },
      receiveTime: { dataType: DataType.DateTime, value: now },
      // node-opcua would put a DateTime where a TimeZoneDataType belongs.
      localTime: { dataType: DataType.Null },
      message: {
        dataType: DataType.LocalizedText,
        value: {
          locale: 'en',
          text: `Job order ${job.jobOrderId} is ${stateEntries(state)
            .map(({ text }) => text)
            .join(', ')}.`,
        },
      },
      severity: {
        dataType: DataType.UInt16,
        value: needsPerson ? NEEDS_A_PERSON : ROUTINE,
      },
    });
  };

  return {
    hear({ changes }: Publication): void {
      for (const { collection, before, after } of changes) {
        if (collection !== 'jobs' || after === undefined) continue;
        if (before !== undefined && signature(before) === signature(after)) continue;
        if (!isHeard()) return;
        try {
          raise(after);
        } catch (error) {
          log.error({ err: error, job: after.id }, 'An event of a job order could not be raised');
        }
      }
    },
  };
};
