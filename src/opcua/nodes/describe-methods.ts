import type { AddressSpace } from 'node-opcua';
import { methodTable } from '../model-ids.ts';

/** node-opcua 2.186 reads the Description of every class of node from a nodeset but of methods. */
export const describeMethods = (addressSpace: AddressSpace): void => {
  for (const { nodeId, description } of Object.values(methodTable)) {
    addressSpace.findNode(nodeId)?.setDescription({ locale: 'en', text: description });
  }
};
