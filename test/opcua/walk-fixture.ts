/** A server with something of everything: a printer, jobs, an order, an alarm and a file under way. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AddressSpace,
  type Argument,
  type BaseNode,
  BrowseDirection,
  type ClientSession,
  DataType,
  type Namespace,
  NodeClass,
  type NodeId,
  type UAMethod,
  type UAVariable,
  VariantArrayType,
  type VariantOptions,
} from 'node-opcua';
import { OPCUAServer } from 'node-opcua-server';
import { transferMethods } from '../../src/opcua/file-transfer/ids.ts';
import { INSTANCES_INDEX } from '../../src/opcua/model-ids.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { snapshotOf } from '../support/fakes.ts';
import { connect, logIn, opcuaServer, opcuaSettings } from '../support/opcua-server.ts';
import { until } from '../support/until.ts';

/** The address space of the next server that is made: the server keeps it to itself. */
const nextAddressSpace = (): Promise<AddressSpace> =>
  new Promise(resolve => {
    const { initialize } = OPCUAServer.prototype;
    OPCUAServer.prototype.initialize = async function (this: OPCUAServer) {
      OPCUAServer.prototype.initialize = initialize;
      await (initialize as () => Promise<void>).call(this);
      if (this.engine.addressSpace !== null) resolve(this.engine.addressSpace);
    };
  });

const startServer = async (app: TestApp, folder: string) => {
  const server = opcuaServer({ app, settings: opcuaSettings(join(folder, 'server')) });
  const made = nextAddressSpace();
  await server.start();
  return { server, space: await made };
};

const condition = 'ns=3;s=Printers/Printer1/Alarms/Fault/ShelvingState/CurrentState/Id';

const nodesAreThere = async (space: AddressSpace, jobId: number): Promise<void> => {
  for (const id of [`ns=3;s=Jobs/${jobId}`, 'ns=3;s=Orders/A-1', condition]) {
    await until(`the node ${id}`, () => space.findNode(id) !== null);
  }
};

export const startWalk = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'walk-'));
  const app: TestApp = await createTestApp();
  await app.addPrinter('Printer1', { model: 'MK4', url: 'http://printer' });
  const { server, space } = await startServer(app, folder);
  const client = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
  const session: ClientSession = await logIn(client, 'admin');

  const { id: file } = await app.addFile('admin', { partName: 'gear' });
  const jobId = await app.submit('admin', { file });
  const order = { orderId: 'A-1', file: 'gear', quantity: 2, owner: '', priority: 0 };
  await app.application.submitOrder(app.actors.operator, order);
  app.live.write('Printer1', snapshotOf('error', { message: 'broken' }));
  await session.call({
    objectId: 'ns=3;s=FileTransfer',
    methodId: transferMethods.GenerateFileForWrite.nodeId,
    inputArguments: [{ dataType: DataType.String, value: 'part.gcode' }],
  });
  await nodesAreThere(space, jobId);
  return {
    app,
    space,
    client,
    session,
    jobId,
    /** The server anew, over what is stored. @returns its nodes in our namespaces */
    async restart(): Promise<readonly BaseNode[]> {
      await client.disconnect();
      await server.stop();
      const again = await startServer(app, folder);
      await nodesAreThere(again.space, jobId);
      const nodes = [...nodesOf(again.space, INSTANCES_INDEX)];
      await again.server.stop();
      return nodes;
    },
    async stop(): Promise<void> {
      await client.disconnect();
      await server.stop();
      await app.close();
    },
  };
};
export type Walk = Awaited<ReturnType<typeof startWalk>>;

export const nodesOf = (space: AddressSpace, index: number): readonly BaseNode[] => {
  const namespace = space.getNamespace(index) as Namespace & { nodeIterator(): Iterable<BaseNode> };
  return [...namespace.nodeIterator()];
};

export const variablesOf = (nodes: readonly BaseNode[]): readonly UAVariable[] =>
  nodes.filter((node): node is UAVariable => node.nodeClass === NodeClass.Variable);

export const methodsOf = (nodes: readonly BaseNode[]): readonly UAMethod[] =>
  nodes.filter((node): node is UAMethod => node.nodeClass === NodeClass.Method);

/** A method and an object that has it, which may be shared by many. */
export interface Call {
  readonly name: string;
  readonly objectId: NodeId;
  readonly methodId: NodeId;
  readonly method: UAMethod;
  readonly inputs: readonly Argument[];
}

export const callsOf = (method: UAMethod): readonly Call[] =>
  method
    .findReferencesExAsObject('HasComponent', BrowseDirection.Inverse)
    .filter(({ nodeClass }) => nodeClass === NodeClass.Object || nodeClass === NodeClass.ObjectType)
    .map(object => ({
      name: `${object.nodeId} ${method.browseName.name} ${method.nodeId}`,
      objectId: object.nodeId,
      methodId: method.nodeId,
      method,
      inputs: method.getInputArguments(),
    }));

const basicTypeOf = (space: AddressSpace, { dataType }: Argument): DataType =>
  space.findDataType(dataType)?.basicDataType ?? DataType.Variant;

const long = 'x'.repeat(100_000);

const largest: Readonly<Partial<Record<DataType, unknown>>> = {
  [DataType.String]: long,
  [DataType.LocalizedText]: { text: long },
  [DataType.ByteString]: Buffer.alloc(100_000),
  [DataType.Boolean]: true,
  [DataType.Byte]: 255,
  [DataType.Int16]: -32_768,
  [DataType.UInt16]: 65_535,
  [DataType.Int32]: -2_147_483_648,
  [DataType.UInt32]: 4_294_967_295,
  [DataType.UInt64]: [4_294_967_295, 4_294_967_295],
  [DataType.Double]: Number.POSITIVE_INFINITY,
};

/** Of the declared type, and as large as can be; null where that type has no such value. */
export const extreme = (space: AddressSpace, argument: Argument): VariantOptions => {
  const basic = basicTypeOf(space, argument);
  const dataType = basic === DataType.Variant ? DataType.String : basic;
  const value = largest[dataType] ?? null;
  if (argument.valueRank < 1) return { dataType, arrayType: VariantArrayType.Scalar, value };
  return { dataType, arrayType: VariantArrayType.Array, value: value === null ? [] : [value] };
};

/** Not of the declared type, whichever that is: only Boolean and the types of everything take a Boolean. */
export const wrong = (space: AddressSpace, argument: Argument): VariantOptions =>
  basicTypeOf(space, argument) === DataType.Boolean
    ? { dataType: DataType.Double, value: Number.NaN }
    : { dataType: DataType.Boolean, value: true };
