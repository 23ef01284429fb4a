import {
  type AddressSpace,
  type BaseNode,
  MethodIds,
  makeRoles,
  NodeClass,
  ObjectIds,
  PermissionType,
  type RolePermissionTypeOptions,
  VariableIds,
  WellKnownRoles,
} from 'node-opcua';
import { seesAllJobs, staffRoles } from '../../domain/rights.ts';
import { INSTANCES_URI, instanceIds, methodTable, TYPES_URI } from '../model-ids.ts';
import { companionUris } from '../nodesets.ts';
import {
  type AccessKind,
  permissionsFor,
  permissionsForCondition,
  permissionsForNotifier,
  permissionsToCall,
  printerVariables,
  setAccess,
} from './access-table.ts';
import { closeStandard } from './close-standard.ts';

const { Browse, Read, ReadRolePermissions, Write, Call, ReceiveEvents } = PermissionType;

const entry = (role: WellKnownRoles, permissions: number): RolePermissionTypeOptions => ({
  roleId: makeRoles(role)[0],
  permissions,
});

/** Everybody reads the types and may be sent such events as their sources allow. */
const types = [entry(WellKnownRoles.Anonymous, Browse | Read | ReceiveEvents)];

/** Namespace 0's switches, such as EnabledFlag, belong to admin. */
const standard = [
  ...types,
  entry(WellKnownRoles.ConfigureAdmin, Browse | Read | ReadRolePermissions | Write | Call | ReceiveEvents),
];

/** Methods that tell a session of nothing but its own subscriptions. */
const ownSubscriptions = [
  MethodIds.Server_GetMonitoredItems,
  MethodIds.Server_ResendData,
  MethodIds.ConditionType_ConditionRefresh,
  MethodIds.ConditionType_ConditionRefresh2,
];

/** What is done with an alarm: those who are told of it answer it. */
const alarmAnswers = [
  MethodIds.ConditionType_AddComment,
  MethodIds.AcknowledgeableConditionType_Acknowledge,
  MethodIds.AcknowledgeableConditionType_Confirm,
];

/** What keeps an alarm from being seen. */
const alarmSwitches: readonly (MethodIds | string)[] = [
  MethodIds.ConditionType_Enable,
  MethodIds.ConditionType_Disable,
  // AlarmConditionType.ShelvingState's: node-opcua has no names for them.
  'i=9213',
  'i=9212',
  'i=9211',
  MethodIds.ShelvedStateMachineType_TimedShelve,
  MethodIds.ShelvedStateMachineType_OneShotShelve,
  MethodIds.ShelvedStateMachineType_Unshelve,
];

/** Who is connected, from where, and what they read. */
const diagnostics = [
  ObjectIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary,
  VariableIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary_SessionDiagnosticsArray,
  VariableIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary_SessionSecurityDiagnosticsArray,
  VariableIds.Server_ServerDiagnostics_SubscriptionDiagnosticsArray,
];

const setDefault = (addressSpace: AddressSpace, index: number, permissions: RolePermissionTypeOptions[]) =>
  addressSpace.getNamespace(index).setDefaultRolePermissions(permissions);

/** Together with `unresolvedPermissionPolicy: 'deny'`: what no rule opens is closed. */
export const installAccess = (addressSpace: AddressSpace): void => {
  setDefault(addressSpace, 0, standard);
  setDefault(addressSpace, 1, permissionsFor('admin'));
  setDefault(addressSpace, addressSpace.getNamespaceIndex(TYPES_URI), types);
  setDefault(addressSpace, addressSpace.getNamespaceIndex(INSTANCES_URI), permissionsFor('jobs'));
  for (const uri of companionUris) setDefault(addressSpace, addressSpace.getNamespaceIndex(uri), types);

  closeStandard(addressSpace);
  for (const id of ownSubscriptions) {
    addressSpace.findNode(id)?.setRolePermissions([entry(WellKnownRoles.Anonymous, Browse | Read | Call)]);
  }
  for (const id of alarmAnswers) {
    addressSpace.findNode(id)?.setRolePermissions(permissionsToCall(seesAllJobs));
  }
  for (const id of alarmSwitches)
    addressSpace.findNode(id)?.setRolePermissions(permissionsToCall(staffRoles));
  for (const id of diagnostics) {
    const node = addressSpace.findNode(id);
    if (node) setAccess(node, 'admin');
  }
  for (const id of [
    ...Object.values(instanceIds),
    ...Object.values(methodTable).map(({ nodeId }) => nodeId),
  ]) {
    const node = addressSpace.findNode(id);
    if (node) open(node, 'public');
  }
  for (const id of [instanceIds.MesPrinting, instanceIds.Printers, instanceIds.Jobs, instanceIds.Orders]) {
    addressSpace.findNode(id)?.setRolePermissions(permissionsForNotifier());
  }
};

/** Properties describe their node (units, ranges, arguments): whoever may know of it may read them. */
const open = (node: BaseNode, kind: AccessKind): void => {
  setAccess(node, kind);
  for (const property of propertiesOf(node)) setAccess(property, 'public');
};

const propertiesOf = (node: BaseNode): BaseNode[] =>
  node.findReferencesExAsObject('HasProperty').filter(one => one.nodeClass === NodeClass.Variable);

/** Opens a printer's object, whose parts are opened one by one. */
export const openPrinter = (printer: BaseNode): void => printer.setRolePermissions(permissionsForNotifier());

interface PrinterPart {
  /** Below the printer. */
  readonly path: string;
  readonly node: BaseNode;
  readonly kind: 'object' | 'variable' | 'property';
}

/** Opens a printer's node as the table says. */
export const openPrinterPart = ({ path, node, kind }: PrinterPart): void =>
  setAccess(node, kind === 'variable' ? (printerVariables[path] ?? 'jobFacts') : 'public');

/** A condition is seen by those who receive its events. */
export const openCondition = (condition: BaseNode): void => {
  setAccess(condition, 'jobs');
  condition.setRolePermissions(permissionsForCondition());
};

export const openConditionPart = (node: BaseNode): void => setAccess(node, 'jobs');
