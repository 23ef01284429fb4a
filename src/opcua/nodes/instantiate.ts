import {
  type AddressSpace,
  type BaseNode,
  NamespaceOptions,
  NodeClass,
  type NodeId,
  resolveNodeId,
  type UAObject,
  type UAObjectType,
  type UAVariable,
} from 'node-opcua';
import { INSTANCES_INDEX } from '../model-ids.ts';
import { findObject } from './find-node.ts';
import { createSlot, type VariableSlot } from './variable-slot.ts';

export interface InstanceOptions {
  readonly type: string;
  readonly parent: string;
  readonly name: string;
  readonly description: string;
  readonly notifier?: boolean;
}

export interface Instance {
  readonly object: UAObject;
  /** Variables of the type by path, without the properties of quantities. */
  readonly slots: ReadonlyMap<string, VariableSlot>;
}

/** Ids such as Printers/Printer1/Bed/Clear: node-opcua joins them by one separator for the whole process. */
const withSlashes = <T>(work: () => T): T => {
  const separator = NamespaceOptions.nodeIdNameSeparator;
  NamespaceOptions.nodeIdNameSeparator = '/';
  try {
    return work();
  } finally {
    NamespaceOptions.nodeIdNameSeparator = separator;
  }
};

/** A new object below a static one, with every variable of its type, in the access that the namespace has. */
export const instantiate = (addressSpace: AddressSpace, options: InstanceOptions): Instance => {
  const parent = findObject(addressSpace, options.parent);
  const type = addressSpace.findNode(options.type) as UAObjectType | null;
  if (type === null) throw new Error(`The nodeset has no type ${options.type}.`);
  const path = `${parent.nodeId.value}/${options.name}`;
  const nodeId: NodeId = resolveNodeId(`ns=${INSTANCES_INDEX};s=${path}`);
  const object = withSlashes(() =>
    type.instantiate({
      browseName: { name: options.name, namespaceIndex: INSTANCES_INDEX },
      displayName: options.name,
      description: options.description,
      nodeId,
      namespace: addressSpace.getNamespace(INSTANCES_INDEX),
      componentOf: parent,
      ...(options.notifier ? { eventNotifier: 1 } : {}),
    }),
  );
  if (options.notifier)
    object.addReference({ referenceType: 'HasNotifier', isForward: false, nodeId: parent.nodeId });
  const slots = new Map<string, VariableSlot>();
  const walk = (node: BaseNode, below: string): void => {
    for (const child of node.findReferencesExAsObject('HasComponent')) {
      const name = child.browseName.name ?? '';
      const at = below === '' ? name : `${below}/${name}`;
      if (child.nodeClass === NodeClass.Variable) slots.set(at, createSlot(child as UAVariable));
      walk(child, at);
    }
  };
  walk(object, '');
  return { object, slots };
};

/** node-opcua deletes whatever lies below, and fails when it meets a node a second time. */
const dropSecondReferences = (root: BaseNode): void => {
  const seen = new Set<BaseNode>([root]);
  const visit = (node: BaseNode): void => {
    for (const kind of ['HasComponent', 'HasProperty', 'Organizes']) {
      for (const { nodeId, referenceType } of node.findReferencesEx(kind)) {
        const child = node.addressSpace.findNode(nodeId);
        if (child === null || seen.has(child)) node.removeReference({ referenceType, nodeId });
        else {
          seen.add(child);
          visit(child);
        }
      }
    }
  };
  visit(root);
};

export const remove = (addressSpace: AddressSpace, instance: Instance): void => {
  dropSecondReferences(instance.object);
  addressSpace.deleteNode(instance.object.nodeId);
};
