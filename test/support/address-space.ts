import { AddressSpace, generateAddressSpace, type UAVariable } from 'node-opcua';
import { installAccess } from '../../src/opcua/access/install-access.ts';
import { nodesetFiles } from '../../src/opcua/nodesets.ts';

/** All nodesets of the server without a server: what its own start makes of them. */
export const createAddressSpace = async (): Promise<AddressSpace> => {
  const addressSpace = AddressSpace.create();
  addressSpace.registerNamespace('urn:own');
  await generateAddressSpace(addressSpace, [...nodesetFiles]);
  installAccess(addressSpace);
  return addressSpace;
};

const variableAt = (addressSpace: AddressSpace, path: string): UAVariable => {
  const node = addressSpace.findNode(`ns=3;s=${path}`);
  if (node === null) throw new Error(`There is no node ${path}.`);
  return node as UAVariable;
};

export const dataValueOf = (addressSpace: AddressSpace, path: string) =>
  variableAt(addressSpace, path).readValue();

export const plainValueOf = (addressSpace: AddressSpace, path: string): unknown =>
  dataValueOf(addressSpace, path).value.value;

export const has = (addressSpace: AddressSpace, path: string): boolean =>
  addressSpace.findNode(`ns=3;s=${path}`) !== null;
