import { type AddressSpace, NodeClass, type UAObject } from 'node-opcua';
import { INSTANCES_INDEX } from '../model-ids.ts';
import { addObject, declareObject } from '../nodes/add-nodes.ts';
import { findObject } from '../nodes/find-node.ts';
import { MACHINERY_INDEX } from './namespaces.ts';

/** The lab as one machine: whoever gives work to the lab and not to a printer finds it here. */
export const LAB_ID = `ns=${INSTANCES_INDEX};s=Lab`;

const declaration = declareObject(
  MACHINERY_INDEX,
  'MachineryBuildingBlocks',
  'FolderType',
  'The building blocks of OPC UA for Machinery that this machine offers.',
);

/**
 * The folder under which a machine's building blocks hang as add-ins (OPC 40001-1, 6.3); made when it is missing.
 * @param objectId of the machine: `ns=3;s=Printers/Printer1`, `ns=3;s=Lab`
 * @throws Error when there is no such object
 */
export const buildingBlocksOf = (addressSpace: AddressSpace, objectId: string): UAObject => {
  const folder = addressSpace.findNode(`${objectId}/${declaration.browseName.name}`);
  if (folder?.nodeClass === NodeClass.Object) return folder as UAObject;
  return addObject(addressSpace, findObject(addressSpace, objectId), 'HasComponent', declaration);
};
