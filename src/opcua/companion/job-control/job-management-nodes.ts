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
} from '../add-nodes.ts';
import { ISA95_INDEX, isa95Ids, JOBS_INDEX, type JobControlMethod, jobsIds, methodIds } from './ids.ts';

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

export interface JobManagementNodes {
  readonly control: UAObject;
  readonly results: UAObject;
  readonly lists: Readonly<Record<ListVariable, UAVariable>>;
  readonly maximum: UAVariable;
}

/** ms; a list that changes with every job is not looked through at every turn. */
const SLOWEST = 1000;

const listTypeOf = (name: ListVariable): DataType =>
  name === 'JobOrderList' || name === 'WorkMaster' ? DataType.ExtensionObject : DataType.String;

export const writeList = (variable: UAVariable, name: ListVariable, value: readonly unknown[]): void =>
  variable.setValueFromSource(
    new Variant({ dataType: listTypeOf(name), arrayType: VariantArrayType.Array, value: [...value] }),
  );

/** HasComponent to the type's own method: what is shared must not go with an object, see `forgetMethods`. */
const component = (method: JobControlMethod) =>
  ({ referenceType: 'HasComponent', nodeId: methodIds[method] }) as const;

/** A JobManagement of OPC 40001-3 as an add-in of a machine's building blocks. */
export const addJobManagement = (
  addressSpace: AddressSpace,
  blocks: UAObject,
  methods: {
    readonly control: readonly JobControlMethod[];
    readonly results: readonly JobControlMethod[];
  },
): JobManagementNodes => {
  const object = addObject(addressSpace, blocks, 'HasAddIn', management);
  const controlObject = addObject(addressSpace, object, 'HasComponent', control);
  const resultsObject = addObject(addressSpace, object, 'HasComponent', results);
  const addList = (name: ListVariable): UAVariable => {
    const node = addVariable(addressSpace, controlObject, listVariables[name]);
    node.valueRank = 1;
    node.arrayDimensions = [0];
    node.minimumSamplingInterval = name === 'JobOrderList' ? SLOWEST : 0;
    const kind = readers[name];
    if (kind !== undefined) setAccess(node, kind);
    writeList(node, name, []);
    return node;
  };
  const state = addVariable(addressSpace, controlObject, currentState);
  state.setValueFromSource({ dataType: DataType.LocalizedText, value: null }, StatusCodes.BadStateNotActive);
  const id = addVariable(addressSpace, state, currentStateId);
  id.setValueFromSource({ dataType: DataType.NodeId, value: new NodeId() }, StatusCodes.BadStateNotActive);
  const maximumNode = addVariable(addressSpace, controlObject, maximum);
  maximumNode.setValueFromSource({ dataType: DataType.UInt16, value: 0 });
  for (const method of methods.control) controlObject.addReference(component(method));
  for (const method of methods.results) resultsObject.addReference(component(method));
  return {
    control: controlObject,
    results: resultsObject,
    lists: {
      JobOrderList: addList('JobOrderList'),
      WorkMaster: addList('WorkMaster'),
      EquipmentID: addList('EquipmentID'),
      MaterialClassID: addList('MaterialClassID'),
      MaterialDefinitionID: addList('MaterialDefinitionID'),
      PhysicalAssetID: addList('PhysicalAssetID'),
      PersonnelID: addList('PersonnelID'),
    },
    maximum: maximumNode,
  };
};

/** Before the objects go: node-opcua deletes the components of what it deletes, and the types need theirs. */
export const forgetMethods = ({
  control,
  results,
}: Pick<JobManagementNodes, 'control' | 'results'>): void => {
  for (const object of [control, results]) {
    for (const method of object.getMethods()) {
      object.removeReference({ referenceType: 'HasComponent', nodeId: method.nodeId });
    }
  }
};
