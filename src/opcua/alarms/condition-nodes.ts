import {
  type AddressSpace,
  type BaseNode,
  NodeId,
  NodeIdType,
  resolveNodeId,
  StatusCodes,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import type { Alarm } from '../../domain/alarm.ts';
import { openCondition, openConditionPart } from '../access/install-access.ts';
import { INSTANCES_INDEX } from '../model-ids.ts';
import {
  alarmTypes,
  conditionIdOf,
  conditionMethods,
  plainId,
  shelvingMethods,
  sourceIdOf,
} from './alarm-types.ts';
import type { ConditionFields } from './condition-fields.ts';
import type { ConditionValues } from './condition-values.ts';

/** A condition's nodes: its object, and a variable for each value that it tells. */
export interface ConditionNodes {
  readonly object: UAObject;
  readonly variables: ReadonlyMap<string, UAVariable>;
}

const SHELVING = 'ShelvingState';

const stringId = (id: string): NodeId => new NodeId(NodeIdType.STRING, id, INSTANCES_INDEX);

/** The types' own nodes stand for those of every instance (OPC 10000-3, 6.4). */
const shareMethods = (object: UAObject, methods: readonly string[]): void => {
  for (const nodeId of methods) object.addReference({ referenceType: 'HasComponent', nodeId });
};

/** One of each name: those of ShelvedStateMachineType are found through them. */
const shelvingOnObject = Object.values(shelvingMethods).map(([ofAlarms]) => ofAlarms);
const onCondition = Object.values(conditionMethods).flat();

/** The object alone, enough for events and methods: its variables follow by `addVariables`. */
export const addCondition = (addressSpace: AddressSpace, alarm: Alarm): UAObject => {
  const { type, description } = alarmTypes[alarm.kind];
  const source = addressSpace.findNode(sourceIdOf(alarm.source)) as UAObject;
  const object = addressSpace.getNamespace(INSTANCES_INDEX).addObject({
    nodeId: resolveNodeId(conditionIdOf(alarm.source, alarm.kind)),
    browseName: { name: `${alarm.kind}Alarm`, namespaceIndex: INSTANCES_INDEX },
    description: { locale: 'en', text: description },
    typeDefinition: type,
    componentOf: source,
  });
  openCondition(object);
  object.addReference({ referenceType: 'HasCondition', isForward: false, nodeId: source.nodeId });
  // Also on the condition itself: OPC 10000-9 has clients name the ConditionId as the object.
  shareMethods(object, [...onCondition, ...shelvingOnObject]);
  return object;
};

/** `ShelvingState.CurrentState` is hung below `ShelvingState`. */
const parentPath = (path: string): string => path.split('.').slice(0, -1).join('.');
const lastName = (path: string): string => path.split('.').at(-1) ?? path;

export const addVariables = (
  addressSpace: AddressSpace,
  object: UAObject,
  fields: ConditionFields,
  values: ConditionValues,
): ReadonlyMap<string, UAVariable> => {
  const namespace = addressSpace.getNamespace(INSTANCES_INDEX);
  const below = plainId(object.nodeId.toString());
  const shelving = namespace.addObject({
    nodeId: stringId(`${below}/${SHELVING}`),
    browseName: { name: SHELVING, namespaceIndex: 0 },
    description: { locale: 'en', text: 'Whether it is kept out of sight for a time.' },
    typeDefinition: 'ShelvedStateMachineType',
    componentOf: object,
  });
  openConditionPart(shelving);
  shareMethods(shelving, shelvingOnObject);
  const made = new Map<string, UAVariable>();
  for (const path of values.keys()) {
    const declared = fields.get(path);
    if (declared === undefined) throw new Error(`${object.browseName.name} declares no ${path}.`);
    const parent = parentPath(path);
    const owner: UAObject | UAVariable | undefined =
      parent === '' ? object : parent === SHELVING ? shelving : made.get(parent);
    if (owner === undefined) throw new Error(`${path} has nothing to stand below.`);
    const isProperty = declared.typeDefinitionObj.browseName.name === 'PropertyType';
    const variable = namespace.addVariable({
      accessLevel: 'CurrentRead',
      nodeId: stringId(`${below}/${path.replaceAll('.', '/')}`),
      browseName: declared.browseName,
      description: { locale: 'en', text: `${lastName(path)} as OPC 10000-9 defines it.` },
      dataType: declared.dataType,
      ...(isProperty
        ? { propertyOf: owner }
        : { componentOf: owner, typeDefinition: declared.typeDefinitionObj.nodeId }),
    });
    openConditionPart(variable);
    made.set(path, variable);
  }
  return made;
};

/** What a disabled condition no longer tells reads BadConditionDisabled (OPC 10000-9, 5.5.2). */
export const writeVariables = (
  variables: Iterable<readonly [path: string, variable: UAVariable]>,
  values: ConditionValues,
  time: Date,
): void => {
  for (const [path, variable] of variables) {
    const value = values.get(path);
    if (value === undefined) {
      variable.setValueFromSource(variable.readValue().value, StatusCodes.BadConditionDisabled, time);
    } else if (variable.readValue().value.toString() !== value.toString() || isBad(variable)) {
      variable.setValueFromSource(value, StatusCodes.Good, time);
    }
  }
};

const isBad = (variable: UAVariable): boolean => variable.readValue().statusCode !== StatusCodes.Good;

/** node-opcua deletes whatever is a component, the types' own methods too. */
const unshare = (node: BaseNode): void => {
  for (const nodeId of [...onCondition, ...shelvingOnObject]) {
    node.removeReference({ referenceType: 'HasComponent', nodeId });
  }
};

export const removeCondition = (addressSpace: AddressSpace, object: UAObject): void => {
  unshare(object);
  const shelving = addressSpace.findNode(stringId(`${plainId(object.nodeId.toString())}/${SHELVING}`));
  if (shelving !== null) {
    for (const nodeId of shelvingOnObject) {
      shelving.removeReference({ referenceType: 'HasComponent', nodeId });
    }
  }
  addressSpace.deleteNode(object.nodeId);
};
