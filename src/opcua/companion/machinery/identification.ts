import {
  type AddressSpace,
  DataType,
  LocalizedText,
  StatusCodes,
  type UAObject,
  type UAVariable,
  Variant,
} from 'node-opcua';
import {
  addObject,
  addVariable,
  type DeclaredVariable,
  declareObject,
  declareVariable,
  findBelow,
} from '../../nodes/add-nodes.ts';
import { DI_INDEX, machineryIds } from '../namespaces.ts';

/** What a machine is (OPC 40001-1, 8); '' for what nobody knows. */
export interface Identity {
  readonly ProductInstanceUri: string;
  readonly Manufacturer: string;
  readonly SerialNumber: string;
  readonly Model: string;
  readonly SoftwareRevision: string;
  readonly DeviceClass: string;
  readonly ComponentName: string;
}

interface Declared {
  readonly variable: DeclaredVariable;
  readonly dataType: DataType.String | DataType.LocalizedText;
  /** There also when it is unknown, and empty then. */
  readonly mandatory: boolean;
}

const one = (
  name: keyof Identity,
  dataType: Declared['dataType'],
  mandatory: boolean,
  description: string,
): Declared => ({
  variable: declareVariable(DI_INDEX, name, dataType, description),
  dataType,
  mandatory,
});

const { String: STRING, LocalizedText: LOCALIZED_TEXT } = DataType;

const declarations: Readonly<Record<keyof Identity, Declared>> = {
  ProductInstanceUri: one('ProductInstanceUri', STRING, true, 'Globally unique identifier of the machine.'),
  Manufacturer: one('Manufacturer', LOCALIZED_TEXT, true, 'Its manufacturer; empty when unknown.'),
  SerialNumber: one('SerialNumber', STRING, true, 'As the machine tells it; empty when it does not.'),
  Model: one('Model', LOCALIZED_TEXT, false, 'Its model.'),
  SoftwareRevision: one('SoftwareRevision', STRING, false, 'Software of the machine and its version.'),
  DeviceClass: one('DeviceClass', STRING, false, 'What kind of machine it is.'),
  ComponentName: one('ComponentName', LOCALIZED_TEXT, false, 'Its name in this lab.'),
};
const names = Object.keys(declarations) as readonly (keyof Identity)[];

const declaration = declareObject(
  DI_INDEX,
  'Identification',
  machineryIds.MachineIdentificationType,
  'What identifies the machine.',
);

/** Hangs on the building blocks and, as machines are found by it, on the machine itself (OPC 40001-1, 9.2). */
export const addIdentification = (
  addressSpace: AddressSpace,
  machine: UAObject,
  blocks: UAObject,
): UAObject => {
  const object = addObject(addressSpace, blocks, 'HasAddIn', declaration);
  machine.addReference({ referenceType: 'HasAddIn', nodeId: object.nodeId });
  return object;
};

const plain = (node: UAVariable): unknown => {
  const { value } = node.readValue().value;
  return value instanceof LocalizedText ? value.text : value;
};

/** Writes what is new; properties that are optional come and go with what is known. */
export const writeIdentification = (
  addressSpace: AddressSpace,
  object: UAObject,
  identity: Identity,
  time: Date,
): void => {
  for (const name of names) {
    const { variable, dataType, mandatory } = declarations[name];
    const value = identity[name];
    const known = findBelow(addressSpace, object, variable) as UAVariable | undefined;
    if (value === '' && !mandatory) {
      if (known !== undefined) addressSpace.deleteNode(known.nodeId);
      continue;
    }
    if (known !== undefined && plain(known) === value) continue;
    const node = known ?? addVariable(addressSpace, object, variable);
    const content = dataType === LOCALIZED_TEXT ? new LocalizedText({ locale: 'en', text: value }) : value;
    node.setValueFromSource(new Variant({ dataType, value: content }), StatusCodes.Good, time);
  }
};
