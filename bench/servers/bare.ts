/**
 * A node-opcua server with its defaults, the same nodesets and as many nodes as ours: as many printers with what hangs
 * on each of them for the companion specifications, SubmitJob with the same arguments, that only counts. Only the port,
 * the folder of its certificates and, else there would be ten, the number of sessions are set.
 */
import { join } from 'node:path';
import {
  type BaseNode,
  type CallMethodResultOptions,
  DataType,
  type ISessionContext,
  NamespaceOptions,
  NodeClass,
  OPCUACertificateManager,
  OPCUAServer,
  type UAMethod,
  type UAObject,
  type UAObjectType,
  type UAVariable,
  Variant,
} from 'node-opcua';
import { instanceIds, methodTable, typeIds } from '../../src/opcua/model-ids.ts';
import { nodesetFiles } from '../../src/opcua/nodesets.ts';
import { livePaths, printerNames, readingOf } from '../support/lab.ts';
import { serveControls } from './controls.ts';

const { port, folder } = JSON.parse(process.argv[2] ?? '') as { port: number; folder: string };

const MAX_SESSIONS = 500;
/** Of Machinery and job control, for each printer of ours. */
const COMPANION_NODES = 28;

const server = new OPCUAServer({
  port,
  nodesets: [...nodesetFiles],
  maxConnectionsPerEndpoint: MAX_SESSIONS,
  serverCapabilities: { maxSessions: MAX_SESSIONS },
  serverCertificateManager: new OPCUACertificateManager({ rootFolder: join(folder, 'certificates') }),
  userManager: { isValidUser: () => true },
});
await server.initialize();
const { addressSpace } = server.engine;
if (addressSpace === null) throw new Error('node-opcua made no address space.');

const firstValues: Readonly<Partial<Record<DataType, unknown>>> = {
  [DataType.String]: 'some text',
  [DataType.Boolean]: true,
  [DataType.DateTime]: new Date(),
};

NamespaceOptions.nodeIdNameSeparator = '/';
const printerType = addressSpace.findNode(typeIds.PrinterType) as UAObjectType;
const printersFolder = addressSpace.findNode(instanceIds.Printers) as UAObject;

const variablesBelow = (node: BaseNode): UAVariable[] =>
  node
    .findReferencesExAsObject('HasComponent')
    .flatMap(child =>
      child.nodeClass === NodeClass.Variable ? [child as UAVariable] : variablesBelow(child),
    );

const printers = printerNames.map(name => {
  const printer = printerType.instantiate({
    browseName: { name, namespaceIndex: 3 },
    nodeId: `ns=3;s=Printers/${name}`,
    namespace: addressSpace.getNamespace(3),
    componentOf: printersFolder,
  });
  const now = new Date();
  for (const variable of variablesBelow(printer)) {
    const dataType = variable.getBasicDataType();
    variable.setValueFromSource(new Variant({ dataType, value: firstValues[dataType] ?? 0 }), undefined, now);
  }
  for (let node = 0; node < COMPANION_NODES; node += 1) {
    addressSpace.getNamespace(3).addVariable({
      nodeId: `ns=3;s=Printers/${name}/Companion${node}`,
      browseName: `Companion${node}`,
      dataType: DataType.String,
      componentOf: printer,
      value: new Variant({ dataType: DataType.String, value: 'some text' }),
    });
  }
  return name;
});

const live = printers.map(name =>
  livePaths.map(path => addressSpace.findNode(`ns=3;s=Printers/${name}/${path}`) as UAVariable),
);
const updateTimes = printers.map(
  name => addressSpace.findNode(`ns=3;s=Printers/${name}/UpdateTime`) as UAVariable,
);

let jobs = 0;
(addressSpace.findNode(methodTable.SubmitJob.nodeId) as UAMethod).bindMethod(
  async (_inputs: Variant[], _context: ISessionContext): Promise<CallMethodResultOptions> => {
    jobs += 1;
    return {
      outputArguments: [
        { dataType: DataType.UInt32, value: 0 },
        { dataType: DataType.String, value: '' },
        { dataType: DataType.UInt32, value: jobs },
        { dataType: DataType.Boolean, value: false },
      ],
    };
  },
);
await server.start();

serveControls({
  change(n) {
    live.forEach((variables, printer) => {
      const now = new Date();
      const reading = readingOf(printer, n);
      variables.forEach((variable, index) => {
        const path = livePaths[index];
        if (path === undefined) return;
        variable.setValueFromSource(
          new Variant({ dataType: DataType.Double, value: reading[path] }),
          undefined,
          now,
        );
      });
      updateTimes[printer]?.setValueFromSource(new Variant({ dataType: DataType.DateTime, value: now }));
    });
  },
  async reset() {},
});
