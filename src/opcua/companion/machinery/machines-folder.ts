import type { AddressSpace, UAObject } from 'node-opcua';
import { findObject } from '../../nodes/find-node.ts';
import { machineryIds } from '../namespaces.ts';

/** Every machine is referenced directly from Machines (OPC 40001-1, 9.2). */
export const enterMachine = (addressSpace: AddressSpace, machine: UAObject): void => {
  findObject(addressSpace, machineryIds.Machines).addReference({
    referenceType: 'Organizes',
    nodeId: machine.nodeId,
  });
};
