/** A client that knows nothing but OPC 40001-1: node ids of that specification, found by its namespace's URI. */
import { join } from 'node:path';
import test from 'ava';
import {
  AttributeIds,
  BrowseDirection,
  type ClientSession,
  makeBrowsePath,
  NodeClass,
  type OPCUAClient,
  type ReferenceDescription,
  StatusCodes,
} from 'node-opcua';
import type { OpcuaServer } from '../../../../src/opcua/server/server.ts';
import { createTestApp, type TestApp } from '../../../support/app.ts';
import { snapshotOf } from '../../../support/fakes.ts';
import { connect, logIn, opcuaServer, opcuaSettings } from '../../../support/opcua-server.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const MACHINERY_URI = 'http://opcfoundation.org/UA/Machinery/';
const DI_URI = 'http://opcfoundation.org/UA/DI/';

const folder = temporaryFolder();
let app: TestApp;
let server: OpcuaServer;
let client: OPCUAClient;
let session: ClientSession;
let machinery = 0;
let di = 0;

test.before(async () => {
  app = await createTestApp();
  for (const name of ['Printer1', 'Printer2']) await app.addPrinter(name, { model: 'Prusa XL' });
  await app.put('printers', {
    ...(await app.application.getPrinter('Printer2')).printer,
    identity: {
      serialNumber: 'SN 42',
      manufacturer: 'Prusa Research',
      model: '',
      software: 'PrusaLink 2.1.2',
    },
  });
  app.live.write('Printer1', snapshotOf('printing'));
  server = opcuaServer({ app, settings: opcuaSettings(join(folder, 'server')) });
  await server.start();
  client = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
  session = await client.createSession();
  const uris = await session.readNamespaceArray();
  machinery = uris.indexOf(MACHINERY_URI);
  di = uris.indexOf(DI_URI);
});

test.after.always(async () => {
  await session?.close();
  await client?.disconnect();
  await server?.stop();
  await app?.close();
});

const browse = async (
  nodeId: string,
  referenceTypeId = 'HierarchicalReferences',
): Promise<readonly ReferenceDescription[]> => {
  const { references } = await session.browse({
    nodeId,
    referenceTypeId,
    includeSubtypes: true,
    browseDirection: BrowseDirection.Forward,
    resultMask: 63,
  });
  return references ?? [];
};

const named = (references: readonly ReferenceDescription[], index: number, name: string): string => {
  const found = references.find(
    ({ browseName }) => browseName.namespaceIndex === index && browseName.name === name,
  );
  if (found === undefined) throw new Error(`There is no ${index}:${name}.`);
  return found.nodeId.toString();
};

const readValue = async (nodeId: string): Promise<unknown> => {
  const { statusCode, value } = await session.read({ nodeId, attributeId: AttributeIds.Value });
  if (statusCode.isNotGood()) throw new Error(`${nodeId}: ${statusCode.name}`);
  return value.value;
};

const machines = (): Promise<readonly ReferenceDescription[]> =>
  browse(`ns=${machinery};i=1001`, 'HierarchicalReferences');

const machine = async (name: string): Promise<string> => named(await machines(), 3, name);
const blocksOf = async (name: string): Promise<readonly ReferenceDescription[]> =>
  browse(named(await browse(await machine(name)), machinery, 'MachineryBuildingBlocks'), 'HasAddIn');

/** Properties of an object by name. */
const propertiesOf = async (nodeId: string): Promise<Readonly<Record<string, unknown>>> => {
  const properties = await browse(nodeId, 'HasProperty');
  const entries = properties.map(
    async one => [one.browseName.toString(), await readValue(one.nodeId.toString())] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
};

test('Machinery Find Machines: all machines are found from Machines, which Objects organizes', async t => {
  const objects = await browse('i=85', 'Organizes');
  t.is(named(objects, machinery, 'Machines'), `ns=${machinery};i=1001`);
  const found = await browse(`ns=${machinery};i=1001`, 'Organizes');
  t.deepEqual(found.map(({ browseName }) => browseName.toString()).sort(), [
    '3:Lab',
    '3:Printer1',
    '3:Printer2',
  ]);
  for (const one of found) {
    t.is(one.nodeClass, NodeClass.Object);
    // The dashboard of umati looks for the type of a machine.
    t.false(one.typeDefinition.isEmpty());
  }
});

test('Machinery Machine Identification: on each machine and in its building blocks, one node, all mandatory ones', async t => {
  for (const { nodeId } of await machines()) {
    const direct = await browse(nodeId.toString(), 'HasAddIn');
    const identification = named(direct, di, 'Identification');
    const type = await browse(identification, 'HasTypeDefinition');
    t.deepEqual(
      type.map(one => one.nodeId.toString()),
      [`ns=${machinery};i=1012`],
    );
    const parts = await browse(nodeId.toString(), 'HasComponent');
    const blocks = await browse(named(parts, machinery, 'MachineryBuildingBlocks'), 'HasAddIn');
    t.is(named(blocks, di, 'Identification'), identification);
    const properties = await propertiesOf(identification);
    for (const name of ['ProductInstanceUri', 'Manufacturer', 'SerialNumber']) {
      t.true(`${di}:${name}` in properties, `${nodeId} ${name}`);
    }
    t.true(URL.canParse(String(properties[`${di}:ProductInstanceUri`])));
  }
});

test('the identification tells what is known of the machine and nothing else', async t => {
  const instances = 'http://monashautomation.com/UA/MesPrinting/Instances';
  const printer1 = await propertiesOf(named(await blocksOf('Printer1'), di, 'Identification'));
  t.is(printer1[`${di}:ProductInstanceUri`], `${instances}/Printers/Printer1`);
  t.is(printer1[`${di}:SerialNumber`], '');
  t.is((printer1[`${di}:Manufacturer`] as { text: string }).text, 'Prusa Research');
  t.false(`${di}:SoftwareRevision` in printer1);
  const printer2 = await propertiesOf(named(await blocksOf('Printer2'), di, 'Identification'));
  t.is(printer2[`${di}:ProductInstanceUri`], `${instances}/Machines/Prusa%20Research/SN%2042`);
  t.is(printer2[`${di}:SerialNumber`], 'SN 42');
  t.is(printer2[`${di}:SoftwareRevision`], 'PrusaLink 2.1.2');
  t.is(printer2[`${di}:DeviceClass`], 'Additive Manufacturing machine');
});

test('Machinery Building Block Organization: add-ins under their DefaultInstanceBrowseName', async t => {
  const blocks = await blocksOf('Printer1');
  for (const name of ['Identification', 'OperationCounters']) t.truthy(named(blocks, di, name));
  for (const name of ['MachineryItemState', 'MachineryOperationMode', 'Monitoring']) {
    t.truthy(named(blocks, machinery, name));
  }
  for (const { browseName, nodeId } of blocks) {
    const [type] = await browse(nodeId.toString(), 'HasTypeDefinition');
    const properties = await browse(type?.nodeId.toString() ?? '', 'HasProperty');
    const name = await readValue(named(properties, 0, 'DefaultInstanceBrowseName'));
    t.is(String(name), browseName.toString());
  }
});

test('Machinery MachineryItem State and Operation Mode: finite state machines whose states stand in their types', async t => {
  const expected = {
    MachineryItemState: ['Executing', 3],
    MachineryOperationMode: ['Processing', 3],
  } as const;
  const blocks = await blocksOf('Printer1');
  for (const [name, [state, number]] of Object.entries(expected)) {
    const stateMachine = named(blocks, machinery, name);
    const current = named(await browse(stateMachine, 'HasComponent'), 0, 'CurrentState');
    t.is(((await readValue(current)) as { text: string }).text, state);
    const { '0:Id': id, Id = id, '0:Number': shown, Number: plain = shown } = await propertiesOf(current);
    t.is(plain, number);
    const [type] = await browse(stateMachine, 'HasTypeDefinition');
    const states = await browse(type?.nodeId.toString() ?? '', 'HasComponent');
    t.is(String(Id), named(states, machinery, state));
  }
});

test('Machinery Operation Counter: hours as Duration and prints as an unsigned integer', async t => {
  const counters = named(await blocksOf('Printer1'), di, 'OperationCounters');
  t.is(named(await browse(await machine('Printer1'), 'HasAddIn'), di, 'OperationCounters'), counters);
  const properties = await browse(counters, 'HasProperty');
  const dataTypeOf = async (name: string): Promise<string> => {
    const nodeId = named(properties, di, name);
    return String((await session.read({ nodeId, attributeId: AttributeIds.DataType })).value.value);
  };
  t.is(await dataTypeOf('OperationDuration'), 'ns=0;i=290');
  t.is(await dataTypeOf('OperationCycleCounter'), 'ns=0;i=7');
  t.is(properties.length, 2, 'how long it has been powered nobody knows');
});

test('Machinery Monitoring: refers to the states and to the values that the printer has already', async t => {
  const blocks = await blocksOf('Printer1');
  const monitoring = named(blocks, machinery, 'Monitoring');
  t.is(named(await browse(await machine('Printer1'), 'HasAddIn'), machinery, 'Monitoring'), monitoring);
  const folders = await browse(monitoring);
  const status = await browse(named(folders, machinery, 'Status'));
  for (const name of ['MachineryItemState', 'MachineryOperationMode']) {
    t.is(named(status, machinery, name), named(blocks, machinery, name));
  }
  const values = await browse(named(folders, machinery, 'Process'));
  t.is(named(values, 2, 'Nozzle'), 'ns=3;s=Printers/Printer1/Nozzle');
});

test('a browse path leads from a machine to its identification, also in pages of one reference', async t => {
  const path = `/${machinery}:MachineryBuildingBlocks/${di}:Identification/${di}:SerialNumber`;
  const { statusCode, targets } = await session.translateBrowsePath(
    makeBrowsePath(await machine('Printer2'), path),
  );
  t.is(statusCode, StatusCodes.Good);
  t.is(await readValue(targets?.[0]?.targetId.toString() ?? ''), 'SN 42');

  const nodeId = `ns=${machinery};i=1001`;
  const names: (string | null)[] = [];
  const paging = await client.createSession();
  paging.requestedMaxReferencesPerNode = 1;
  const first = await paging.browse({ nodeId, referenceTypeId: 'Organizes', resultMask: 63 });
  let { references, continuationPoint } = first;
  for (;;) {
    t.is(references?.length, 1);
    names.push(...(references ?? []).map(({ browseName }) => browseName.name));
    if (!continuationPoint || continuationPoint.length === 0) break;
    ({ references, continuationPoint } = await paging.browseNext(continuationPoint, false));
  }
  await paging.close();
  t.deepEqual(names.sort(), ['Lab', 'Printer1', 'Printer2']);
});

test('the namespace of the specification is there as a whole, in its version', async t => {
  const namespaces = await browse('i=11715', 'HasComponent');
  const metadata = await propertiesOf(named(namespaces, machinery, MACHINERY_URI));
  t.is(metadata.NamespaceVersion, '1.04.1');
  t.is(metadata.IsNamespaceSubset, false);
});

test('every node of a machine says what it is; nobody writes it', async t => {
  const admin = await logIn(client, 'admin');
  const waiting = [named(await browse(await machine('Printer1')), machinery, 'MachineryBuildingBlocks')];
  const seen = new Set<string>();
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    // The job management has tests of its own.
    if (seen.has(id) || !/\/MachineryBuildingBlocks(?!\/JobManagement)/.test(id)) continue;
    seen.add(id);
    t.true(id.length <= 254 && /^ns=3;s=[ -~]+$/.test(id), id);
    const description = await session.read({ nodeId: id, attributeId: AttributeIds.Description });
    t.regex((description.value.value as { text?: string } | null)?.text ?? '', /\.$/, id);
    const access = await admin.read({ nodeId: id, attributeId: AttributeIds.UserAccessLevel });
    if (access.statusCode.isGood()) {
      t.is(access.value.value, 1, `${id} is for reading`);
      const read = await session.read({ nodeId: id, attributeId: AttributeIds.Value });
      t.true(read.statusCode.isGood(), `${id} ${read.statusCode.name}`);
    }
    waiting.push(...(await browse(id)).map(({ nodeId }) => nodeId.toString()));
  }
  t.true(seen.size > 20);
  await admin.close();
});
