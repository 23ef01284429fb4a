import { readFile } from 'node:fs/promises';
import test from 'ava';
import {
  AddressSpace,
  type BaseNode,
  generateAddressSpace,
  NodeClass,
  nodesets,
  type UADataType,
  type UAMethod,
  type UAObject,
  type UAObjectType,
  type UAVariable,
} from 'node-opcua';
import { assemble, objectTypes } from '../../model/assemble.ts';
import { build, idsFile, nodesetFile } from '../../model/build.ts';
import { createIdRegister, parseIds, readIds } from '../../model/ids.ts';
import { methods } from '../../model/methods.ts';
import { jobStatuses, statusCodeOf } from '../../src/domain/job-status.ts';
import { methodRights } from '../../src/domain/rights.ts';
import {
  INSTANCES_INDEX,
  INSTANCES_URI,
  instanceIds,
  type ModelMethodName,
  methodTable,
  TYPES_INDEX,
  TYPES_URI,
  typeIds,
} from '../../src/opcua/model-ids.ts';
import { describeMethods } from '../../src/opcua/nodes/describe-methods.ts';

let space: AddressSpace;
test.before(async () => {
  space = AddressSpace.create();
  space.registerNamespace('urn:own');
  await generateAddressSpace(space, [nodesets.standard, nodesetFile]);
  describeMethods(space);
});
test.after.always(() => space?.dispose());

const nodeAt = <T extends BaseNode>(id: string): T => {
  const node = space.findNode(id);
  if (node === null) throw new Error(`There is no node ${id}.`);
  return node as T;
};

const ownNodes = async (): Promise<readonly BaseNode[]> =>
  (await readIds(idsFile)).map(({ id }) =>
    nodeAt(typeof id === 'number' ? `ns=${TYPES_INDEX};i=${id}` : `ns=${INSTANCES_INDEX};s=${id}`),
  );

test('the committed files are what the model builds, twice the same', async t => {
  const first = await build();
  t.deepEqual(await build(), first);
  for (const [file, text] of first)
    t.true((await readFile(file, 'utf8')) === text, `${file}: run npm run model`);
});

test('the namespaces have the indices that clients are configured with', t => {
  t.is(space.getNamespaceIndex(TYPES_URI), 2);
  t.is(space.getNamespaceIndex(INSTANCES_URI), 3);
  t.is(TYPES_INDEX, 2);
  t.is(INSTANCES_INDEX, 3);
});

test('every node has the class that ids.csv says, a description and a display name', async t => {
  const pinned = await readIds(idsFile);
  const nodes = await ownNodes();
  t.true(nodes.length > 200);
  for (const [index, node] of nodes.entries()) {
    const nodeClass: string = NodeClass[node.nodeClass];
    t.is(nodeClass, pinned[index]?.nodeClass ?? '', node.nodeId.toString());
    t.truthy(node.description?.text, node.nodeId.toString());
    t.truthy(node.displayName[0]?.text, node.nodeId.toString());
  }
});

test('ids that were given once never move: these are some of the first', async t => {
  const ids = new Map((await readIds(idsFile)).map(({ symbol, id }) => [symbol, id]));
  const first = {
    JobStatusEnumeration: 1001,
    PrinterStateEnumeration: 1003,
    JobStatusEventType: 1011,
    PickupEventType: 1022,
    PrinterType: 1029,
    'Jobs.SubmitJob': 'Jobs.SubmitJob',
    'MesPrinting/Heartbeat': 'MesPrinting/Heartbeat',
  };
  for (const [symbol, id] of Object.entries(first)) t.is(ids.get(symbol), id, symbol);
});

test('a new symbol gets the next id and moves none', async t => {
  const pinned = await readIds(idsFile);
  const largest = Math.max(...pinned.map(({ id }) => (typeof id === 'number' ? id : 0)));
  const without = pinned.filter(({ symbol }) => symbol !== 'PrinterType_Ready');
  const { ids } = assemble(without);
  t.is(ids.find(({ symbol }) => symbol === 'PrinterType_Ready')?.id, largest + 1);
  for (const entry of without) t.true(ids.includes(entry));
});

test('a symbol that is gone, of another class, or given twice is an error', async t => {
  const pinned = await readIds(idsFile);
  const gone = { symbol: 'PrinterType_Gone', id: 9000, nodeClass: 'Variable' };
  t.throws(() => assemble([...pinned, gone]), { message: /PrinterType_Gone/ });
  const changed = pinned.map(entry =>
    entry.symbol === 'PrinterType' ? { ...entry, nodeClass: 'Object' } : entry,
  );
  t.throws(() => assemble(changed), { message: /PrinterType was a Object/ });
  t.throws(() => createIdRegister([gone, { ...gone, symbol: 'Other' }]), { message: /an id twice/ });
  t.throws(() => createIdRegister([gone, { ...gone, id: 9001 }]), { message: /a symbol twice/ });
  t.throws(() => parseIds('symbol,id,class\nPrinterType;1;Object\n'), { message: /line 2/ });
});

test('every object type instantiates', t => {
  for (const { name } of objectTypes) {
    const type = nodeAt<UAObjectType>(typeIds[name as keyof typeof typeIds]);
    const object = type.instantiate({
      browseName: `Try${name}`,
      organizedBy: space.rootFolder.objects,
      namespace: space.getOwnNamespace(),
    });
    const members = object.findReferencesExAsObject('HasComponent').map(node => node.browseName.name);
    const declared = objectTypes.find(one => one.name === name)?.members ?? [];
    t.deepEqual(
      members,
      declared.filter(({ kind }) => kind !== 'placeholder').map(member => member.name),
    );
  }
});

test('the static objects have what their types demand', t => {
  const root = nodeAt<UAObject>(instanceIds.MesPrinting);
  t.is(root.typeDefinitionObj.nodeId.toString(), typeIds.PrintServerType);
  const type = nodeAt<UAObjectType>(typeIds.PrintServerType);
  const names = (node: BaseNode): readonly (string | null)[] =>
    node.findReferencesExAsObject('HasComponent').map(({ browseName }) => browseName.name);
  t.deepEqual(names(root).toSorted(), names(type).toSorted());
  t.is(nodeAt<UAObject>(instanceIds.Jobs).typeDefinitionObj.nodeId.toString(), typeIds.JobsType);
  t.is(nodeAt<UAObject>(instanceIds.Printers).typeDefinitionObj.nodeId.toString(), typeIds.PrintersType);
  t.is(nodeAt<UAObject>(instanceIds.Orders).typeDefinitionObj.nodeId.toString(), typeIds.OrdersType);
});

test('events climb from Jobs and Printers over MesPrinting to Server', t => {
  const notified = (id: string): readonly string[] =>
    nodeAt(id)
      .findReferencesEx('HasNotifier')
      .map(({ nodeId }) => nodeId.toString());
  t.true(notified('i=2253').includes(instanceIds.MesPrinting));
  t.deepEqual(notified(instanceIds.MesPrinting).toSorted(), [instanceIds.Jobs, instanceIds.Printers]);
  for (const id of [instanceIds.MesPrinting, instanceIds.Jobs, instanceIds.Printers]) {
    t.is(nodeAt<UAObject>(id).eventNotifier, 1, id);
  }
});

const argumentsOf = (method: UAMethod, which: 'InputArguments' | 'OutputArguments') => {
  const value = method
    .findReferencesExAsObject('HasProperty')
    .find(({ browseName }) => browseName.name === which) as UAVariable;
  return value.readValue().value.value as readonly {
    readonly name: string;
    readonly dataType: { toString(): string };
    readonly valueRank: number;
    readonly description: { readonly text: string };
  }[];
};

test('every method of the rights table is declared with described arguments that PLC blocks bear', t => {
  t.deepEqual(methods.map(({ name }) => name).toSorted(), Object.keys(methodRights).toSorted());
  for (const [name, { nodeId, object }] of Object.entries(methodTable)) {
    const method = nodeAt<UAMethod>(nodeId);
    t.is(method.parent?.nodeId.toString(), instanceIds[object], name);
    const inputs = argumentsOf(method, 'InputArguments');
    const outputs = argumentsOf(method, 'OutputArguments');
    t.deepEqual(
      outputs.slice(0, 2).map(one => one.name),
      ['ReturnCode', 'Message'],
    );
    t.is(outputs[0]?.dataType.toString(), 'ns=0;i=7');
    t.true(inputs.length <= 8);
    for (const one of [...inputs, ...outputs]) {
      t.truthy(one.description.text, `${name}.${one.name}`);
      t.true(one.valueRank === -1 || name === 'FindJobs', `${name}.${one.name}`);
    }
  }
});

/** The contract's table: object, inputs, outputs after ReturnCode and Message. Clients rely on each and their order. */
const contract: Readonly<
  Record<ModelMethodName, readonly [object: string, inputs: string, outputs: string]>
> = {
  SubmitJob: [
    'Jobs',
    'File, Printer, Owner, OrderId: String; Priority: Int32; RequestId: String',
    'JobId: UInt32; Repeated: Boolean',
  ],
  RetryJob: ['Jobs', 'JobId: UInt32; RequestId: String', 'NewJobId: UInt32; Repeated: Boolean'],
  CancelJob: ['Jobs', 'JobId: UInt32; Reason: String', ''],
  RejectJob: ['Jobs', 'JobId: UInt32; Reason: String', ''],
  PauseJob: ['Jobs', 'JobId: UInt32', ''],
  ResumeJob: ['Jobs', 'JobId: UInt32', ''],
  ApproveJob: ['Jobs', 'JobId: UInt32', ''],
  CollectJob: ['Jobs', 'JobId: UInt32', ''],
  AssignJob: ['Jobs', 'JobId: UInt32; Printer: String', ''],
  ResolveJob: ['Jobs', 'JobId: UInt32; Outcome, Reason: String', ''],
  GetJob: [
    'Jobs',
    'JobId: UInt32',
    'StatusCode: Int32; Status, Printer, Owner, File, OrderId: String; Progress: Double; WaitingReason, StorageLocation: String',
  ],
  FindJobs: [
    'Jobs',
    'Status, Owner, Printer, OrderId: String; AfterJobId, MaxCount: UInt32',
    'JobIds: UInt32[]',
  ],
  SubmitOrder: [
    'Orders',
    'OrderId, File: String; Quantity: UInt32; Owner: String; Priority: Int32',
    'Repeated: Boolean',
  ],
  CancelOrder: ['Orders', 'OrderId, Reason: String', ''],
  GetOrder: [
    'Orders',
    'OrderId: String',
    'StatusCode: Int32; Status: String; Quantity, Done, Failed: UInt32',
  ],
  StartWorker: ['Printers', 'Printer: String', ''],
  StopWorker: ['Printers', 'Printer: String', ''],
  SetMaintenance: ['Printers', 'Printer: String; On: Boolean; Reason: String', ''],
  BeginPickup: [
    'Printers',
    'Printer, Robot: String',
    'PickupId: UInt32; PickupPrinter: String; JobId: UInt32; Content: Int32',
  ],
  ConfirmPickup: ['Printers', 'PickupId: UInt32; StorageLocation: String', 'JobId: UInt32'],
  ReportPickupFailed: ['Printers', 'PickupId: UInt32; Reason: String', ''],
  ReleasePickup: ['Printers', 'PickupId: UInt32; Reason: String', ''],
  ConfirmBedClear: ['Printers', 'Printer: String', ''],
};

/** `A, B: String` as `A: String`, `B: String`. */
const expanded = (text: string): readonly string[] =>
  text
    .split('; ')
    .filter(group => group !== '')
    .flatMap(group => {
      const [names = '', type = ''] = group.split(': ');
      return names.split(', ').map(name => `${name}: ${type}`);
    });

test('every method has exactly the arguments of the contract, in their order', t => {
  t.deepEqual(Object.keys(methodTable).sort(), Object.keys(contract).sort());
  for (const [name, [object, inputs, outputs]] of Object.entries(contract)) {
    const method = nodeAt<UAMethod>(`ns=${INSTANCES_INDEX};s=${object}.${name}`);
    const shape = (which: 'InputArguments' | 'OutputArguments') =>
      argumentsOf(method, which).map(
        ({ name: argument, dataType, valueRank }) =>
          `${argument}: ${space.findDataType(dataType.toString())?.browseName.name}${valueRank === 1 ? '[]' : ''}`,
      );
    t.deepEqual(shape('InputArguments'), expanded(inputs), name);
    t.deepEqual(
      shape('OutputArguments'),
      ['ReturnCode: UInt32', 'Message: String', ...expanded(outputs)],
      name,
    );
  }
});

test('the enumerations have the names and numbers of the domain', t => {
  const type = nodeAt<UADataType>(typeIds.JobStatusEnumeration);
  const values = type.getEnumDefinition().fields ?? [];
  t.deepEqual(
    values.map(field => [field.name, Number(field.value[1])]),
    jobStatuses.map(status => [status, statusCodeOf(status)]),
  );
});

test('quantities carry their unit and range', t => {
  const symbols = new Map([
    ['Nozzle_Actual', '°C'],
    ['Bed_Target', '°C'],
    ['Head_X', 'mm'],
    ['Job_Progress', '%'],
    ['Job_TimeLeft', 's'],
  ]);
  for (const [path, symbol] of symbols) {
    const [parent = '', name = ''] = path.split('_');
    const variable = nodeAt<UAObjectType>(typeIds.PrinterType)
      .getComponentByName(parent, TYPES_INDEX)
      ?.getChildByName(name, TYPES_INDEX) as UAVariable;
    const property = (which: string) =>
      (variable.getChildByName(which, 0) as UAVariable).readValue().value.value;
    t.is(property('EngineeringUnits').displayName.text, symbol, path);
    t.true(property('EURange').high > property('EURange').low, path);
  }
});
