/**
 * A node-opcua server with its defaults and the same nodes as ours: the model's nodeset, as many printers, SubmitJob
 * with the same arguments, that only counts. Only the port and the folder of its certificates are set.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type CallMethodResultOptions,
  DataType,
  type ISessionContext,
  nodesets,
  OPCUACertificateManager,
  OPCUAServer,
  type UAMethod,
  type UAVariable,
  Variant,
} from 'node-opcua';
import { instanceIds, methodTable, typeIds } from '../../src/opcua/model-ids.ts';
import { instantiate } from '../../src/opcua/nodes/instantiate.ts';
import { livePaths, printerNames, readingOf } from '../support/lab.ts';
import { serveControls } from './controls.ts';

const { port, folder } = JSON.parse(process.argv[2] ?? '') as { port: number; folder: string };
const model = fileURLToPath(new URL('../../nodesets/MesPrinting.NodeSet2.xml', import.meta.url));

const server = new OPCUAServer({
  port,
  nodesets: [nodesets.standard, model],
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

const printers = printerNames.map(name => {
  const { slots } = instantiate(addressSpace, {
    type: typeIds.PrinterType,
    parent: instanceIds.Printers,
    name,
    description: `Printer ${name}.`,
  });
  const now = new Date();
  for (const path of slots.keys()) {
    const variable = addressSpace.findNode(`ns=3;s=Printers/${name}/${path}`) as UAVariable;
    const dataType = variable.getBasicDataType();
    variable.setValueFromSource(new Variant({ dataType, value: firstValues[dataType] ?? 0 }), undefined, now);
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
