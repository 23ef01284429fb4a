import type { AddressSpace, UAObject } from 'node-opcua';
import { findObject } from '../../nodes/find-node.ts';
import { machineryIds } from '../namespaces.ts';

const reference = ({ nodeId }: UAObject) => ({ referenceType: 'Organizes', nodeId }) as const;

/** Every machine is referenced directly from Machines (OPC 40001-1, 9.2). */
export const enterMachine = (addressSpace: AddressSpace, machine: UAObject): void => {
  findObject(addressSpace, machineryIds.Machines).addReference(reference(machine));
};

/** node-opcua deletes what a node organizes with the node: this one stays. */
export const leaveMachine = (addressSpace: AddressSpace, machine: UAObject): void => {
  findObject(addressSpace, machineryIds.Machines).removeReference(reference(machine));
};
