import {
  type AddressSpace,
  type BaseNode,
  type DataType,
  LocalizedText,
  NodeId,
  NodeIdType,
  QualifiedName,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import { setAccess } from '../access/access-table.ts';
import { INSTANCES_INDEX } from '../model-ids.ts';

/**
 * A node as a companion specification declares it, made once for all instances: browse names, texts and types are
 * shared by every printer's node.
 */
interface Declared {
  readonly browseName: QualifiedName;
  readonly description: LocalizedText;
}

export interface DeclaredObject extends Declared {
  readonly type: string;
}

export interface DeclaredVariable extends Declared {
  readonly dataType: string | DataType;
  /** Absent: a property. */
  readonly type?: string;
}

const declared = (namespaceIndex: number, name: string, description: string): Declared => ({
  browseName: new QualifiedName({ namespaceIndex, name }),
  description: new LocalizedText({ locale: 'en', text: description }),
});

export const declareObject = (
  namespaceIndex: number,
  name: string,
  type: string,
  description: string,
): DeclaredObject => ({ ...declared(namespaceIndex, name, description), type });

export const declareVariable = (
  namespaceIndex: number,
  name: string,
  dataType: string | DataType,
  description: string,
  type?: string,
): DeclaredVariable => ({
  ...declared(namespaceIndex, name, description),
  dataType,
  ...(type !== undefined && { type }),
});

/** `s=Printers/Printer1/MachineryBuildingBlocks` below `s=Printers/Printer1`. */
const idBelow = (parent: { readonly nodeId: NodeId }, { browseName }: Declared): NodeId =>
  new NodeId(NodeIdType.STRING, `${parent.nodeId.value}/${browseName.name}`, INSTANCES_INDEX);

export const findBelow = (
  addressSpace: AddressSpace,
  parent: UAObject | UAVariable,
  one: Declared,
): BaseNode | undefined => addressSpace.findNode(idBelow(parent, one)) ?? undefined;

/** A new object of ours below another, open to everybody. */
export const addObject = (
  addressSpace: AddressSpace,
  parent: UAObject,
  reference: 'HasComponent' | 'HasAddIn',
  object: DeclaredObject,
): UAObject => {
  const node = addressSpace.getNamespace(INSTANCES_INDEX).addObject({
    nodeId: idBelow(parent, object),
    browseName: object.browseName,
    description: object.description,
    typeDefinition: object.type,
    ...(reference === 'HasAddIn' ? { addInOf: parent } : { componentOf: parent }),
  });
  setAccess(node, 'public');
  return node;
};

/** A new variable or property of ours that nobody writes, open to everybody. */
export const addVariable = (
  addressSpace: AddressSpace,
  parent: UAObject | UAVariable,
  variable: DeclaredVariable,
): UAVariable => {
  const node = addressSpace.getNamespace(INSTANCES_INDEX).addVariable({
    accessLevel: 'CurrentRead',
    nodeId: idBelow(parent, variable),
    browseName: variable.browseName,
    description: variable.description,
    dataType: variable.dataType,
    ...(variable.type === undefined
      ? { propertyOf: parent }
      : { componentOf: parent, typeDefinition: variable.type }),
  });
  setAccess(node, 'public');
  return node;
};
