import test from 'ava';
import { AttributeIds, DataType, OPCUAClient, StatusCodes } from 'node-opcua';
import { createClientCertificate } from '../../src/client-certificate/client-certificate.ts';
import { centralLayout, createCentralServer } from '../../src/simulation/central-server.ts';

test("has the lab's layout, with ids in the order of creation, and anybody may write values of the right type", async t => {
  const central = createCentralServer({ port: 0, printers: 2, firstId: 100 });
  await central.start();
  t.teardown(() => central.stop());
  const client = OPCUAClient.create({
    applicationUri: 'urn:test',
    certificateKeyPairProvider: await createClientCertificate('Test', 'urn:test'),
  });
  await client.connect(central.endpointUrl());
  t.teardown(() => client.disconnect());
  const session = await client.createSession();
  const index = (await session.readNamespaceArray()).indexOf('http://monashautomation.com/opcua-server');

  const names = await session.read(
    [100, 101, 122].map(id => ({ nodeId: `ns=${index};i=${id}`, attributeId: AttributeIds.BrowseName })),
  );
  t.deepEqual(
    names.map(({ value }) => value.value.name),
    ['Printer1', 'url', 'Printer2'],
  );
  t.deepEqual([...central.read('Printer2').keys()], Object.keys(centralLayout));
  t.is(central.read('Printer3').size, 0);

  const write = (dataType: DataType) =>
    session.write({
      nodeId: `ns=${index};i=107`,
      attributeId: AttributeIds.Value,
      value: { value: { dataType, value: 20.5 } },
    });
  t.is(await write(DataType.Double), StatusCodes.BadTypeMismatch);
  t.is(await write(DataType.Float), StatusCodes.Good);
  t.is(central.read('Printer1').get('nozzle/target')?.value, 20.5);
  await session.close();
});
