import { type AddressSpace, NodeClass, type UAObject, type UAVariable } from 'node-opcua';

/** @throws Error when the nodeset has none of that id */
export const findObject = (addressSpace: AddressSpace, nodeId: string): UAObject => {
  const node = addressSpace.findNode(nodeId);
  if (node?.nodeClass !== NodeClass.Object) throw new Error(`The nodeset has no object ${nodeId}.`);
  return node as UAObject;
};

/** @throws Error when the nodeset has none of that id */
export const findVariable = (addressSpace: AddressSpace, nodeId: string): UAVariable => {
  const node = addressSpace.findNode(nodeId);
  if (node?.nodeClass !== NodeClass.Variable) throw new Error(`The nodeset has no variable ${nodeId}.`);
  return node as UAVariable;
};
