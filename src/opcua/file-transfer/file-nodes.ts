import {
  type AddressSpace,
  coerceUInt64,
  DataType,
  type UAObject,
  type UAVariable,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import { setAccess } from '../access/access-table.ts';
import { INSTANCES_INDEX } from '../model-ids.ts';
import { addVariable, declareVariable } from '../nodes/add-nodes.ts';
import { fileMethods, typeIds } from './ids.ts';
import { MAX_CHUNK } from './upload.ts';

const size = declareVariable(0, 'Size', DataType.UInt64, 'Bytes that were accepted so far.');
const writable = declareVariable(0, 'Writable', DataType.Boolean, 'It is open for writing.');
const userWritable = declareVariable(0, 'UserWritable', DataType.Boolean, 'The account that sends it may.');
const openCount = declareVariable(0, 'OpenCount', DataType.UInt16, 'Handles: one, that of its client.');
const maxByteStringLength = declareVariable(
  0,
  'MaxByteStringLength',
  DataType.UInt32,
  'Bytes that one Write may carry.',
);

export const uint64 = (value: number): Variant =>
  new Variant({ dataType: DataType.UInt64, arrayType: VariantArrayType.Scalar, value: coerceUInt64(value) });

/** The object of FileType by which a client sends its file; no one finds it by browsing. */
export interface FileNodes {
  readonly object: UAObject;
  readonly size: UAVariable;
}

/** `s=f-…`, the id that the file is going to have. */
export const addFileNodes = (addressSpace: AddressSpace, fileId: string): FileNodes => {
  const object = addressSpace.getNamespace(INSTANCES_INDEX).addObject({
    nodeId: `ns=${INSTANCES_INDEX};s=${fileId}`,
    browseName: { name: fileId, namespaceIndex: INSTANCES_INDEX },
    description: 'A g-code file that a client sends.',
    typeDefinition: typeIds.FileType,
  });
  setAccess(object, 'accounts');
  const sizeNode = addVariable(addressSpace, object, size);
  sizeNode.setValueFromSource(uint64(0));
  const constants = [
    [writable, DataType.Boolean, true],
    [userWritable, DataType.Boolean, true],
    [openCount, DataType.UInt16, 1],
    [maxByteStringLength, DataType.UInt32, MAX_CHUNK],
  ] as const;
  for (const [property, dataType, value] of constants) {
    addVariable(addressSpace, object, property).setValueFromSource({ dataType, value });
  }
  for (const nodeId of Object.values(fileMethods)) {
    object.addReference({ referenceType: 'HasComponent', nodeId });
  }
  return { object, size: sizeNode };
};

/** node-opcua deletes the components of what it deletes: the type's methods stay. */
export const removeWithoutMethods = (
  addressSpace: AddressSpace,
  object: UAObject,
  methods: readonly string[],
): void => {
  for (const nodeId of methods) object.removeReference({ referenceType: 'HasComponent', nodeId });
  addressSpace.deleteNode(object.nodeId);
};
