import type {
  ArgumentElement,
  EnumerationElement,
  EventTypeElement,
  Member,
  MethodElement,
  ObjectTypeElement,
  VariableElement,
} from './elements.ts';
import { enumerations } from './enumerations.ts';
import { eventTypes } from './events.ts';
import { createIdRegister, type NodeClassName, type PinnedId } from './ids.ts';
import { type InstanceElement, parts, root } from './instances.ts';
import { from, scalarIds, standard, to, type UaNode, type UaReference } from './nodes.ts';
import { jobsType, printJobType } from './types/print-job.ts';
import { ordersType, printOrderType } from './types/print-order.ts';
import { printServerType } from './types/print-server.ts';
import { printersType, printerType } from './types/printer.ts';
import {
  argumentsValue,
  definition,
  enumStringsValue,
  enumValuesValue,
  rangeValue,
  unitValue,
} from './xml.ts';

/** A type comes after the types of its members. */
export const objectTypes: readonly ObjectTypeElement[] = [
  printerType,
  printJobType,
  printOrderType,
  printersType,
  jobsType,
  ordersType,
  printServerType,
];

export interface AssembledModel {
  readonly nodes: readonly UaNode[];
  readonly ids: readonly PinnedId[];
}

/** Where a member hangs: the types' tree has symbols joined by `_`, the instances' tree paths. */
interface Place {
  readonly nodeId: string;
  readonly symbol: string;
  /** Modelling rules belong to types only. */
  readonly isType: boolean;
}

const stringPath = (place: Place, name: string, separator = '/'): string =>
  `${place.symbol}${separator}${name}`;

export const assemble = (pinned: readonly PinnedId[]): AssembledModel => {
  const register = createIdRegister(pinned);
  const nodes: UaNode[] = [];
  const typeIds = new Map<string, string>(Object.entries(standard));

  const idOf = (name: string): string => {
    const id = typeIds.get(name) ?? scalarIds[name];
    if (id === undefined) throw new Error(`The model has no type ${name}.`);
    return id;
  };

  const place = (parent: Place, name: string, nodeClass: NodeClassName, separator = '/'): Place => {
    if (!parent.isType) {
      const id = register.text(
        stringPath(parent, name, separator),
        stringPath(parent, name, separator),
        nodeClass,
      );
      return { nodeId: `ns=2;s=${id}`, symbol: id, isType: false };
    }
    const symbol = `${parent.symbol}_${name.replace(/[<>]/g, '')}`;
    return { nodeId: `ns=1;i=${register.number(symbol, nodeClass)}`, symbol, isType: true };
  };

  const rule = (
    where: Place,
    name: 'Mandatory' | 'OptionalPlaceholder' = 'Mandatory',
  ): readonly UaReference[] => (where.isType ? [to('HasModellingRule', standard[name])] : []);

  const addProperty = (
    parent: Place,
    browseName: string,
    dataType: string,
    description: string,
    options: { readonly array?: boolean; readonly content?: string; readonly ruled?: boolean } = {},
  ): void => {
    const name = browseName.replace(/^\d+:/, '');
    const here = place(parent, name, 'Variable');
    nodes.push({
      nodeClass: 'Variable',
      nodeId: here.nodeId,
      browseName,
      displayName: name,
      description,
      parent: parent.nodeId,
      attributes: {
        DataType: dataType,
        ...(options.array ? { ValueRank: '1', ArrayDimensions: '0' } : {}),
      },
      references: [
        to('HasTypeDefinition', standard.PropertyType),
        ...(options.ruled === false ? [] : rule(here)),
        from('HasProperty', parent.nodeId),
      ],
      ...(options.content === undefined ? {} : { content: options.content }),
    });
  };

  const addVariable = (parent: Place, element: VariableElement): void => {
    const here = place(parent, element.name, 'Variable');
    nodes.push({
      nodeClass: 'Variable',
      nodeId: here.nodeId,
      browseName: `1:${element.name}`,
      displayName: element.name,
      description: element.description,
      parent: parent.nodeId,
      attributes: { DataType: idOf(element.dataType) },
      references: [
        to('HasTypeDefinition', element.unit ? standard.AnalogItemType : standard.BaseDataVariableType),
        ...rule(here),
        from('HasComponent', parent.nodeId),
      ],
    });
    if (element.unit === undefined || element.range === undefined) return;
    const [low, high] = element.range;
    addProperty(here, '0:EURange', standard.Range, `Usual range: ${low} to ${high} ${element.unit.symbol}.`, {
      content: rangeValue(element.range),
    });
    addProperty(here, '0:EngineeringUnits', standard.EUInformation, `Unit: ${element.unit.name}.`, {
      content: unitValue(element.unit),
    });
  };

  const addMember = (parent: Place, element: Member): void => {
    if (element.kind === 'variable') {
      addVariable(parent, element);
      return;
    }
    const here = place(parent, element.name, 'Object');
    nodes.push({
      nodeClass: 'Object',
      nodeId: here.nodeId,
      browseName: `1:${element.name}`,
      displayName: element.name,
      description: element.description,
      parent: parent.nodeId,
      references: [
        to('HasTypeDefinition', idOf(element.type ?? 'BaseObjectType')),
        ...rule(here, element.kind === 'placeholder' ? 'OptionalPlaceholder' : 'Mandatory'),
        from('HasComponent', parent.nodeId),
      ],
    });
    if (element.kind === 'object') for (const member of element.members) addMember(here, member);
  };

  const addEnumeration = (element: EnumerationElement): void => {
    const nodeId = `ns=1;i=${register.number(element.name, 'DataType')}`;
    typeIds.set(element.name, nodeId);
    nodes.push({
      nodeClass: 'DataType',
      nodeId,
      browseName: `1:${element.name}`,
      displayName: element.name,
      description: element.description,
      references: [from('HasSubtype', standard.Enumeration)],
      content: definition(element),
    });
    const here = { nodeId, symbol: element.name, isType: true };
    // EnumStrings can only number from 0 without a gap (OPC 10000-3, 5.8.3).
    const strings = element.values.every(({ value }, index) => value === index);
    addProperty(
      here,
      strings ? '0:EnumStrings' : '0:EnumValues',
      strings ? standard.LocalizedText : standard.EnumValueType,
      'Names of the values.',
      { array: true, content: strings ? enumStringsValue(element) : enumValuesValue(element), ruled: false },
    );
  };

  const addEventType = ({ name, description, fields }: EventTypeElement): void => {
    const nodeId = `ns=1;i=${register.number(name, 'ObjectType')}`;
    typeIds.set(name, nodeId);
    nodes.push({
      nodeClass: 'ObjectType',
      nodeId,
      browseName: `1:${name}`,
      displayName: name,
      description,
      references: [from('HasSubtype', standard.BaseEventType)],
    });
    for (const field of fields) {
      const here = { nodeId, symbol: name, isType: true };
      addProperty(here, `1:${field.name}`, idOf(field.dataType), field.description);
    }
  };

  const addObjectType = (element: ObjectTypeElement): void => {
    const nodeId = `ns=1;i=${register.number(element.name, 'ObjectType')}`;
    typeIds.set(element.name, nodeId);
    nodes.push({
      nodeClass: 'ObjectType',
      nodeId,
      browseName: `1:${element.name}`,
      displayName: element.name,
      description: element.description,
      references: [
        from('HasSubtype', standard.BaseObjectType),
        ...(element.generates ? [to('GeneratesEvent', idOf(element.generates))] : []),
      ],
    });
    for (const member of element.members) addMember({ nodeId, symbol: element.name, isType: true }, member);
  };

  const addArguments = (method: Place, name: string, list: readonly ArgumentElement[]): void => {
    const words = name === 'InputArguments' ? 'What the method takes.' : 'What the method answers.';
    addProperty(method, `0:${name}`, standard.Argument, words, {
      array: true,
      content: argumentsValue(list),
    });
  };

  const addMethod = (owner: Place, method: MethodElement): void => {
    const here = place(owner, method.name, 'Method', '.');
    nodes.push({
      nodeClass: 'Method',
      nodeId: here.nodeId,
      browseName: `1:${method.name}`,
      displayName: method.name,
      description: method.description,
      parent: owner.nodeId,
      references: [from('HasComponent', owner.nodeId)],
    });
    addArguments(here, 'InputArguments', method.inputs);
    addArguments(here, 'OutputArguments', method.outputs);
  };

  const addStatic = (
    { name, type, description }: Pick<InstanceElement, 'name' | 'type' | 'description'> | typeof root,
    parent: UaReference,
    notifierOf: string | undefined,
  ): Place => {
    const nodeId = `ns=2;s=${register.text(name, name, 'Object')}`;
    nodes.push({
      nodeClass: 'Object',
      nodeId,
      browseName: `1:${name}`,
      displayName: name,
      description,
      ...(parent.type === 'HasComponent' ? { parent: parent.target } : {}),
      attributes: notifierOf === undefined ? {} : { EventNotifier: '1' },
      references: [
        to('HasTypeDefinition', idOf(type)),
        parent,
        ...(notifierOf === undefined ? [] : [from('HasNotifier', notifierOf)]),
      ],
    });
    return { nodeId, symbol: name, isType: false };
  };

  for (const element of enumerations) addEnumeration(element);
  for (const element of eventTypes) addEventType(element);
  for (const element of objectTypes) addObjectType(element);

  const server = addStatic(root, from('Organizes', standard.ObjectsFolder), standard.Server);
  for (const member of printServerType.members) {
    if (member.kind !== 'object' || member.type === undefined) addMember(server, member);
  }
  const notifiers = new Set(objectTypes.filter(type => type.notifier).map(type => type.name));
  for (const part of parts) {
    const parentNotifier = notifiers.has(part.type) ? server.nodeId : undefined;
    const here = addStatic(part, from('HasComponent', server.nodeId), parentNotifier);
    for (const method of part.methods) addMethod(here, method);
  }
  return { nodes, ids: register.finish() };
};
