import { type AddressSpace, NodeId, NodeIdType, type UAObject } from 'node-opcua';
import { setAccess } from '../../access/access-table.ts';
import { INSTANCES_INDEX, INSTANCES_URI, instanceIds } from '../../model-ids.ts';
import { findObject } from '../../nodes/find-node.ts';
import { buildingBlocksOf, LAB_ID } from '../building-blocks.ts';
import { addIdentification, writeIdentification } from './identification.ts';
import { enterMachine } from './machines-folder.ts';

/** @param version of this program */
export const addLabMachine = (addressSpace: AddressSpace, version: string, time: Date): UAObject => {
  const lab = addressSpace.getNamespace(INSTANCES_INDEX).addObject({
    nodeId: new NodeId(NodeIdType.STRING, 'Lab', INSTANCES_INDEX),
    browseName: { name: 'Lab', namespaceIndex: INSTANCES_INDEX },
    description: { locale: 'en', text: 'All printers of the lab as one machine that is given job orders.' },
    componentOf: findObject(addressSpace, instanceIds.MesPrinting),
  });
  setAccess(lab, 'public');
  const identification = addIdentification(addressSpace, lab, buildingBlocksOf(addressSpace, LAB_ID));
  writeIdentification(
    addressSpace,
    identification,
    {
      ProductInstanceUri: `${INSTANCES_URI}Lab`,
      Manufacturer: '',
      SerialNumber: '',
      Model: 'MES Printing Server',
      SoftwareRevision: version,
      DeviceClass: 'Print farm',
      ComponentName: 'Lab',
    },
    time,
  );
  enterMachine(addressSpace, lab);
  return lab;
};
