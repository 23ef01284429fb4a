import type { AddressSpace, UAObject } from 'node-opcua';
import { addObject, declareObject } from '../../nodes/add-nodes.ts';
import { MACHINERY_INDEX, machineryIds } from '../namespaces.ts';

const monitoring = declareObject(
  MACHINERY_INDEX,
  'Monitoring',
  machineryIds.MonitoringType,
  'What can be watched of the machine.',
);
const status = declareObject(MACHINERY_INDEX, 'Status', 'FolderType', 'What the machine is doing.');
const processFolder = declareObject(
  MACHINERY_INDEX,
  'Process',
  'FolderType',
  'Temperatures, positions and progress, as the printer itself has them.',
);

/** Objects of a printer that tell of its process. */
const PROCESS = ['Nozzle', 'Bed', 'Head', 'Job'] as const;

/** Refers to nodes that are there already: no value stands twice (OPC 40001-1, 7.3 and 16). */
export const addMonitoring = (
  addressSpace: AddressSpace,
  machine: UAObject,
  blocks: UAObject,
  states: readonly UAObject[],
): UAObject => {
  const object = addObject(addressSpace, blocks, 'HasAddIn', monitoring);
  const statusFolder = addObject(addressSpace, object, 'HasComponent', status);
  for (const { nodeId } of states) statusFolder.addReference({ referenceType: 'HasComponent', nodeId });
  const process = addObject(addressSpace, object, 'HasComponent', processFolder);
  for (const name of PROCESS) {
    const nodeId = `${machine.nodeId}/${name}`;
    if (addressSpace.findNode(nodeId) !== null) process.addReference({ referenceType: 'Organizes', nodeId });
  }
  machine.addReference({ referenceType: 'HasAddIn', nodeId: object.nodeId });
  return object;
};
