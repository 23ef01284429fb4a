import {
  type AddressSpace,
  DataType,
  NodeId,
  StatusCodes,
  type UAObject,
  type UAVariable,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import { type AccessKind, setAccess } from '../../access/access-table.ts';
import {
  addObject,
  addVariable,
  type DeclaredVariable,
  declareObject,
  declareVariable,
} from '../../nodes/add-nodes.ts';
import {
  controlMethods,
  ISA95_INDEX,
  isa95Ids,
  JOBS_INDEX,
  jobsIds,
  methodIds,
  responseMethods,
} from './ids.ts';

const management = declareObject(
  JOBS_INDEX,
  'JobManagement',
  jobsIds.JobManagementType,
  'Job orders of ISA-95 and what became of them.',
);
/** The subtype that has substates: the job orders here have them. */
const control = declareObject(
  JOBS_INDEX,
  'JobOrderControl',
  isa95Ids.ISA95JobOrderReceiverSubStatesType,
  'Takes job orders and lists them.',
);
const results = declareObject(
  JOBS_INDEX,
  'JobOrderResults',
  isa95Ids.ISA95JobResponseProviderObjectType,
  'Tells what became of job orders.',
);

const list = (name: string, dataType: string | DataType, description: string): DeclaredVariable =>
  declareVariable(ISA95_INDEX, name, dataType, description, 'BaseDataVariableType');

const listVariables = {
  JobOrderList: list(
    'JobOrderList',
    isa95Ids.ISA95JobOrderAndStateDataType,
    'Job orders with their states: ended, running, allowed to start, not allowed to start.',
  ),
  WorkMaster: list('WorkMaster', isa95Ids.ISA95WorkMasterDataType, 'Published parts: IDs of work masters.'),
  EquipmentID: list('EquipmentID', DataType.String, 'Printers and groups that a job order may name.'),
  MaterialClassID: list('MaterialClassID', DataType.String, 'None: the file says the material.'),
  MaterialDefinitionID: list('MaterialDefinitionID', DataType.String, 'None: the file says the material.'),
  PhysicalAssetID: list('PhysicalAssetID', DataType.String, 'None: job orders name equipment.'),
  PersonnelID: list('PersonnelID', DataType.String, 'None: people are not told here.'),
} as const;
export type ListVariable = keyof typeof listVariables;

const maximum = declareVariable(
  ISA95_INDEX,
  'MaxDownloadableJobOrders',
  DataType.UInt16,
  'Job orders that may be open at once; 0 where none are taken.',
);
const currentState = declareVariable(
  0,
  'CurrentState',
  DataType.LocalizedText,
  'None: each job order has a state of its own, in JobOrderList.',
  'FiniteStateVariableType',
);
const currentStateId = declareVariable(0, 'Id', DataType.NodeId, 'None, as the state itself.');

const readers: Readonly<Partial<Record<ListVariable, AccessKind>>> = {
  JobOrderList: 'jobFacts',
  WorkMaster: 'accounts',
};

type OfferedList = Exclude<ListVariable, 'JobOrderList'>;

export interface JobManagementNodes {
  readonly control: UAObject;
  readonly results: UAObject;
  readonly jobOrderList: UAVariable;
}

export interface LabJobManagement extends JobManagementNodes {
  /** What a job order may name. */
  readonly offered: Readonly<Record<OfferedList, UAVariable>>;
  readonly currentState: UAVariable;
}

/** ms; a list that changes with every job is not looked through at every turn. */
const SLOWEST = 1000;

const listTypeOf = (name: ListVariable): DataType =>
  name === 'JobOrderList' || name === 'WorkMaster' ? DataType.ExtensionObject : DataType.String;

export const writeList = (variable: UAVariable, name: ListVariable, value: readonly unknown[]): void =>
  variable.setValueFromSource(
    new Variant({ dataType: listTypeOf(name), arrayType: VariantArrayType.Array, value: [...value] }),
  );

const addList = (addressSpace: AddressSpace, control: UAObject, name: ListVariable): UAVariable => {
  const node = addVariable(addressSpace, control, listVariables[name]);
  node.valueRank = 1;
  node.arrayDimensions = [0];
  const kind = readers[name];
  if (kind !== undefined) setAccess(node, kind);
  writeList(node, name, []);
  return node;
};

const addCurrentState = (addressSpace: AddressSpace, control: UAObject): UAVariable => {
  const state = addVariable(addressSpace, control, currentState);
  const status = StatusCodes.BadStateNotActive;
  state.setValueFromSource({ dataType: DataType.LocalizedText, value: null }, status);
  const id = addVariable(addressSpace, state, currentStateId);
  id.setValueFromSource({ dataType: DataType.NodeId, value: new NodeId() }, status);
  return state;
};

/** What stands elsewhere too must not go with an object: see `forgetShared`. */
const share = (object: UAObject, ids: readonly (NodeId | string)[]): void => {
  for (const nodeId of ids) object.addReference({ referenceType: 'HasComponent', nodeId });
};

/** What every JobManagement has of its own. */
const addOwn = (
  addressSpace: AddressSpace,
  blocks: UAObject,
  maxDownloadable: number,
): JobManagementNodes => {
  const object = addObject(addressSpace, blocks, 'HasAddIn', management);
  const controlObject = addObject(addressSpace, object, 'HasComponent', control);
  const resultsObject = addObject(addressSpace, object, 'HasComponent', results);
  const jobOrderList = addList(addressSpace, controlObject, 'JobOrderList');
  jobOrderList.minimumSamplingInterval = SLOWEST;
  addVariable(addressSpace, controlObject, maximum).setValueFromSource({
    dataType: DataType.UInt16,
    value: maxDownloadable,
  });
  share(
    resultsObject,
    responseMethods.map(method => methodIds[method]),
  );
  return { control: controlObject, results: resultsObject, jobOrderList };
};

/** The lab's JobManagement of OPC 40001-3, as an add-in of its building blocks: it takes job orders. */
export const addLabJobManagement = (
  addressSpace: AddressSpace,
  blocks: UAObject,
  maxDownloadable: number,
): LabJobManagement => {
  const own = addOwn(addressSpace, blocks, maxDownloadable);
  const add = (name: OfferedList): UAVariable => addList(addressSpace, own.control, name);
  share(
    own.control,
    controlMethods.map(method => methodIds[method]),
  );
  return {
    ...own,
    offered: {
      WorkMaster: add('WorkMaster'),
      EquipmentID: add('EquipmentID'),
      MaterialClassID: add('MaterialClassID'),
      MaterialDefinitionID: add('MaterialDefinitionID'),
      PhysicalAssetID: add('PhysicalAssetID'),
      PersonnelID: add('PersonnelID'),
    },
    currentState: addCurrentState(addressSpace, own.control),
  };
};

/**
 * A printer's, which takes none: it has the lab's own nodes for what its job orders name, since those are job orders of
 * the lab, and costs five nodes.
 */
export const addPrinterJobManagement = (
  addressSpace: AddressSpace,
  blocks: UAObject,
  lab: LabJobManagement,
): JobManagementNodes => {
  const own = addOwn(addressSpace, blocks, 0);
  share(
    own.control,
    [...Object.values(lab.offered), lab.currentState].map(({ nodeId }) => nodeId),
  );
  return own;
};

/** Before the objects go: node-opcua deletes the components of what it deletes, and others need theirs. */
export const forgetShared = ({ control, results }: JobManagementNodes): void => {
  for (const object of [control, results]) {
    const own = `${object.nodeId.toString()}/`;
    for (const { nodeId } of object.getComponents()) {
      if (!nodeId.toString().startsWith(own)) {
        object.removeReference({ referenceType: 'HasComponent', nodeId });
      }
    }
  }
};
