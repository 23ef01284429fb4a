import { MethodIds, ObjectTypeIds } from 'node-opcua';
import type { AlarmKind } from '../../domain/alarm.ts';
import { INSTANCES_INDEX, instanceIds } from '../model-ids.ts';

/** How a kind of alarm is told in OPC UA. */
export interface AlarmType {
  /** Of the standard, OPC 10000-9, 5.8. */
  readonly type: string;
  /** OPC 10000-9, 5.9. */
  readonly conditionClass: string;
  readonly conditionClassName: string;
  /** Below the source; undefined: the cause is no variable of the address space. */
  readonly input: string | undefined;
  readonly description: string;
}

const standard = (id: number): string => `ns=0;i=${id}`;

const offNormal = standard(ObjectTypeIds.OffNormalAlarmType);
const systemOffNormal = standard(ObjectTypeIds.SystemOffNormalAlarmType);

const process = {
  conditionClass: standard(ObjectTypeIds.ProcessConditionClassType),
  conditionClassName: 'ProcessConditionClassType',
};
const maintenance = {
  conditionClass: standard(ObjectTypeIds.MaintenanceConditionClassType),
  conditionClassName: 'MaintenanceConditionClassType',
};
const system = {
  conditionClass: standard(ObjectTypeIds.SystemConditionClassType),
  conditionClassName: 'SystemConditionClassType',
};

export const alarmTypes: Readonly<Record<AlarmKind, AlarmType>> = {
  Fault: {
    type: offNormal,
    ...maintenance,
    input: 'Fault',
    description: 'The printer has a fault.',
  },
  Attention: {
    type: offNormal,
    ...process,
    input: 'Attention',
    description: 'The printer or its bed needs a person.',
  },
  PlateWaiting: {
    type: standard(ObjectTypeIds.DiscreteAlarmType),
    ...process,
    input: 'Pickup/State',
    description: 'A plate waits to be picked up.',
  },
  PickupOverdue: {
    type: offNormal,
    ...process,
    input: 'Pickup/State',
    description: 'A robot has held the plate for too long.',
  },
  CentralServer: {
    type: systemOffNormal,
    ...system,
    input: 'Central/Connected',
    description: 'The central server is not reached.',
  },
  DiskSpace: {
    type: systemOffNormal,
    ...system,
    input: undefined,
    description: 'A disk of the server is nearly full.',
  },
  Certificate: {
    type: standard(ObjectTypeIds.CertificateExpirationAlarmType),
    ...system,
    input: undefined,
    description: "The server's own certificate expires soon or has expired.",
  },
};

/** The node whose alarm it is. @param source a printer's name; '' for the server */
export const sourceIdOf = (source: string): string =>
  source === '' ? instanceIds.MesPrinting : `${instanceIds.Printers}/${source}`;

export const sourceNameOf = (source: string): string => (source === '' ? 'MesPrinting' : source);

/** The ConditionId, the same each time: `ns=3;s=Printers/Printer1/Alarms/Fault`. */
export const conditionIdOf = (source: string, kind: AlarmKind): string =>
  `${sourceIdOf(source)}/Alarms/${kind}`;

/** As a string id of the namespace of instances. */
export const plainId = (nodeId: string): string => nodeId.replace(`ns=${INSTANCES_INDEX};s=`, '');

/** Methods of the types, which every condition shares. */
export const conditionMethods = {
  Enable: [standard(MethodIds.ConditionType_Enable)],
  Disable: [standard(MethodIds.ConditionType_Disable)],
  AddComment: [standard(MethodIds.ConditionType_AddComment)],
  Acknowledge: [standard(MethodIds.AcknowledgeableConditionType_Acknowledge)],
  Confirm: [standard(MethodIds.AcknowledgeableConditionType_Confirm)],
} as const;

/** AlarmConditionType's and ShelvedStateMachineType's: called on the ShelvingState or on the condition itself; clients know both ids (OPC 10000-9, 5.8.17). */
export const shelvingMethods = {
  TimedShelve: [standard(9213), standard(MethodIds.ShelvedStateMachineType_TimedShelve)],
  OneShotShelve: [standard(9212), standard(MethodIds.ShelvedStateMachineType_OneShotShelve)],
  Unshelve: [standard(9211), standard(MethodIds.ShelvedStateMachineType_Unshelve)],
} as const;
