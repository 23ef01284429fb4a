import {
  AccessRestrictionsFlag,
  type AddressSpace,
  DataType,
  type MethodFunctor,
  NodeClass,
  type UAMethod,
  type UAVariable,
} from 'node-opcua';
import { permissionsForMethod, setAccess } from '../access/access-table.ts';
import { INSTANCES_INDEX, instanceIds } from '../model-ids.ts';
import { addVariable, declareVariable } from '../nodes/add-nodes.ts';
import { findObject } from '../nodes/find-node.ts';
import { FILE_TRANSFER_ID, type TransferMethod, transferMethods, typeIds } from './ids.ts';

const timeout = declareVariable(
  0,
  'ClientProcessingTimeout',
  'Duration',
  'Time in ms that a client may take between two calls for one file; after it the upload is thrown away.',
);

const descriptions = {
  GenerateFileForRead: 'Not supported: files are sent to this server, not fetched from it.',
  GenerateFileForWrite:
    "Begins a file. GenerateOptions: its name as a String, such as part.gcode; null: part.gcode. FileNodeId's identifier is the id that the file will have.",
  CloseAndCommit:
    'The file is whole: it is checked and stored. CompletionStateMachine is null once that is done.',
} as const satisfies Record<TransferMethod, string>;

const methodNode = (addressSpace: AddressSpace, nodeId: string): UAMethod => {
  const node = addressSpace.findNode(nodeId);
  if (node?.nodeClass !== NodeClass.Method) throw new Error(`The nodesets have no method ${nodeId}.`);
  return node as UAMethod;
};

/** Whoever may submit a job may send its file. */
const bind = (method: UAMethod, call: MethodFunctor): void => {
  method.setRolePermissions(permissionsForMethod('SubmitJob'));
  method.setAccessRestrictions(AccessRestrictionsFlag.None);
  method.bindMethod(call);
};

export const bindTypeMethod = (addressSpace: AddressSpace, nodeId: string, call: MethodFunctor): void =>
  bind(methodNode(addressSpace, nodeId), call);

/** The arguments are the type's, under ids that do not depend on what else is made. */
const addMethod = (addressSpace: AddressSpace, name: TransferMethod, call: MethodFunctor): void => {
  const { declaration, nodeId } = transferMethods[name];
  const namespace = addressSpace.getNamespace(INSTANCES_INDEX);
  const method = namespace.addMethod(findObject(addressSpace, FILE_TRANSFER_ID), {
    nodeId,
    browseName: { name, namespaceIndex: 0 },
    description: descriptions[name],
  });
  for (const declared of methodNode(addressSpace, declaration).findReferencesExAsObject('HasProperty')) {
    const value = (declared as UAVariable).readValue().value;
    const node = namespace.addVariable({
      accessLevel: 'CurrentRead',
      nodeId: `${nodeId}/${declared.browseName.name}`,
      browseName: declared.browseName,
      description: declared.browseName.name === 'InputArguments' ? 'What it takes.' : 'What it answers.',
      dataType: 'Argument',
      valueRank: 1,
      arrayDimensions: [Array.isArray(value.value) ? value.value.length : 0],
      propertyOf: method,
    });
    setAccess(node, 'public');
    node.setValueFromSource(value);
  }
  bind(method, call);
};

/** @param silence ms, for ClientProcessingTimeout */
export const addTransferNodes = (
  addressSpace: AddressSpace,
  silence: number,
  calls: Readonly<Record<TransferMethod, MethodFunctor>>,
): void => {
  const object = addressSpace.getNamespace(INSTANCES_INDEX).addObject({
    nodeId: FILE_TRANSFER_ID,
    browseName: { name: 'FileTransfer', namespaceIndex: INSTANCES_INDEX },
    description: 'Takes g-code files from clients without HTTP.',
    typeDefinition: typeIds.TemporaryFileTransferType,
    componentOf: instanceIds.MesPrinting,
  });
  setAccess(object, 'public');
  addVariable(addressSpace, object, timeout).setValueFromSource({
    dataType: DataType.Double,
    value: silence,
  });
  for (const name of Object.keys(calls) as TransferMethod[]) addMethod(addressSpace, name, calls[name]);
};
