import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { AddressSpace, generateAddressSpace, nodesets, type UAObject, type UAVariable } from 'node-opcua';
import { instanceNodeset } from '../../../src/opcua/export/instance-nodeset.ts';
import { methodTable } from '../../../src/opcua/model-ids.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const load = async (printers: readonly string[]): Promise<AddressSpace> => {
  const file = join(temporaryFolder(), 'lab.NodeSet2.xml');
  await writeFile(file, await instanceNodeset(printers));
  const space = AddressSpace.create();
  space.registerNamespace('urn:own');
  await generateAddressSpace(space, [nodesets.standard, file]);
  return space;
};

test('a tool that loads the file finds the printers where the server has them', async t => {
  const space = await load(['Printer1', 'XL-2.b']);
  try {
    for (const name of ['Printer1', 'XL-2.b']) {
      const printer = space.findNode(`ns=3;s=Printers/${name}`);
      t.is(printer?.browseName.toString(), `3:${name}`);
      t.is((printer as UAObject).typeDefinitionObj.browseName.toString(), '2:PrinterType');
      t.is(printer?.findReferencesAsObject('HasComponent', false)[0]?.nodeId.toString(), 'ns=3;s=Printers');
      const actual = space.findNode(`ns=3;s=Printers/${name}/Nozzle/Actual`) as UAVariable;
      t.is(actual.browseName.toString(), '2:Actual');
      t.is(actual.dataTypeObj?.browseName.name, 'Double');
      t.is(
        (actual.getPropertyByName('EngineeringUnits') as UAVariable).readValue().value.value.displayName.text,
        '°C',
      );
      const state = space.findNode(`ns=3;s=Printers/${name}/StateCode`) as UAVariable;
      t.is(state.dataTypeObj?.browseName.toString(), '2:PrinterStateEnumeration');
    }
    for (const { nodeId } of Object.values(methodTable)) t.truthy(space.findNode(nodeId), nodeId);
  } finally {
    space.dispose();
  }
});

test('a lab without printers gives the model alone', async t => {
  const space = await load([]);
  t.truthy(space.findNode('ns=3;s=Printers'));
  space.dispose();
});
