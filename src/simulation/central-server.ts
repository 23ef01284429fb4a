import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DataType,
  type DataValue,
  DataValue as DataValueClass,
  MessageSecurityMode,
  OPCUACertificateManager,
  SecurityPolicy,
  StatusCodes,
  type UAVariable,
  WriteRequest,
} from 'node-opcua';
import { OPCUAServer } from 'node-opcua-server';

/** Browse paths below a printer and their types, in the order of creation, as the lab's central server has them. */
export const centralLayout: Readonly<Record<string, 'String' | 'DateTime' | 'Float'>> = {
  url: 'String',
  update_time: 'DateTime',
  state: 'String',
  camera_url: 'String',
  model: 'String',
  'nozzle/target': 'Float',
  'nozzle/actual': 'Float',
  'bed/target': 'Float',
  'bed/actual': 'Float',
  'head/x': 'Float',
  'head/y': 'Float',
  'head/z': 'Float',
  'job/file': 'String',
  'job/progress': 'Float',
  'job/time_left': 'Float',
  'job/time_left_approx': 'Float',
  'job/time_used': 'Float',
};

export interface CentralServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host?: string;
  /** Printer1 … PrinterN. */
  readonly printers?: number;
  readonly namespace?: string;
  /** The first numeric node id: another one makes every known id wrong, as a changed central server does. */
  readonly firstId?: number;
  /** A server that takes values only: status and timestamps are answered with BadWriteNotSupported. */
  readonly valuesOnly?: boolean;
}

/** What a variable holds. */
export interface HeldValue {
  readonly value: unknown;
  /** Name of the OPC UA status code. */
  readonly status: string;
  /** As the writer gave it; the server's own time when it gave none. */
  readonly sourceTimestamp: Date | null;
}

export interface CentralWrite extends HeldValue {
  readonly printer: string;
  /** Such as `nozzle/actual`. */
  readonly path: string;
}

/**
 * The lab's central server, simulated: a real OPC UA server that anonymous clients write to. Its layout is the
 * interface that the earlier print server wrote to; numeric node ids follow the order of creation.
 */
export interface CentralServer {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Known after `start()`. */
  endpointUrl(): string;
  /** All that it holds of one printer, by path; empty for a printer that it doesn't have. */
  read(printer: string): ReadonlyMap<string, HeldValue>;
  /** Tells of every write that was accepted. @returns a function that ends the subscription */
  onWrite(listener: (write: CentralWrite) => void): () => void;
}

const initial = { String: '', DateTime: new Date(0), Float: 0 } as const;

export const createCentralServer = (options: CentralServerOptions): CentralServer => {
  const host = options.host ?? '127.0.0.1';
  const namespace = options.namespace ?? 'http://monashautomation.com/opcua-server';
  const variables = new Map<string, Map<string, UAVariable>>();
  const listeners = new Set<(write: CentralWrite) => void>();
  /** Refused by a server that takes values only; found before node-opcua fills in its own timestamps. */
  const adorned = new WeakSet<DataValue>();
  let running: { server: OPCUAServer; folder: string } | undefined;

  const held = (dataValue: DataValue): HeldValue => ({
    value: dataValue.value.value,
    status: dataValue.statusCode.name,
    sourceTimestamp: dataValue.sourceTimestamp,
  });

  const accept = (variable: UAVariable, printer: string, path: string): void => {
    let current = variable.readValue();
    variable.bindVariable(
      {
        timestamped_get: () => current,
        timestamped_set: async (written: DataValue) => {
          if (adorned.has(written)) return StatusCodes.BadWriteNotSupported;
          current = new DataValueClass({
            value: written.value,
            statusCode: written.statusCode,
            sourceTimestamp: written.sourceTimestamp ?? new Date(),
            serverTimestamp: new Date(),
          });
          for (const listener of listeners) listener({ printer, path, ...held(current) });
          return StatusCodes.Good;
        },
      },
      true,
    );
  };

  const build = (server: OPCUAServer): void => {
    const addressSpace = server.engine.addressSpace;
    if (addressSpace === null) throw new Error('The simulated central server has no address space.');
    const own = addressSpace.registerNamespace(namespace);
    let nextId = options.firstId ?? 1;
    const nodeId = () => `ns=${own.index};i=${nextId++}`;
    for (let number = 1; number <= (options.printers ?? 8); number++) {
      const name = `Printer${number}`;
      const printer = own.addObject({
        organizedBy: addressSpace.rootFolder.objects,
        browseName: name,
        nodeId: nodeId(),
      });
      const groups = new Map([['', printer]]);
      const ofPrinter = new Map<string, UAVariable>();
      for (const [path, type] of Object.entries(centralLayout)) {
        const [group, leaf] = path.includes('/') ? path.split('/') : ['', path];
        const parent =
          groups.get(group ?? '') ??
          own.addObject({ componentOf: printer, browseName: group ?? '', nodeId: nodeId() });
        groups.set(group ?? '', parent);
        const variable = own.addVariable({
          componentOf: parent,
          browseName: leaf ?? '',
          nodeId: nodeId(),
          dataType: DataType[type],
          value: { dataType: DataType[type], value: initial[type] },
          accessLevel: 'CurrentRead | CurrentWrite',
          userAccessLevel: 'CurrentRead | CurrentWrite',
        });
        accept(variable, name, path);
        ofPrinter.set(path, variable);
      }
      variables.set(name, ofPrinter);
    }
  };

  const findAdorned = (request: object): void => {
    if (!(request instanceof WriteRequest)) return;
    for (const { value } of request.nodesToWrite ?? []) {
      const plain = value.statusCode.isGood() && !value.sourceTimestamp && !value.serverTimestamp;
      if (!plain) adorned.add(value);
    }
  };

  return {
    async start() {
      const folder = await mkdtemp(join(tmpdir(), 'central-server-'));
      const certificates = new OPCUACertificateManager({
        rootFolder: folder,
        automaticallyAcceptUnknownCertificate: true,
      });
      const server = new OPCUAServer({
        host,
        hostname: host,
        port: options.port,
        serverCertificateManager: certificates,
        userCertificateManager: certificates,
        securityModes: [MessageSecurityMode.None],
        securityPolicies: [SecurityPolicy.None],
        allowAnonymous: true,
        buildInfo: { productName: 'Simulated central lab server' },
      });
      running = { server, folder };
      if (options.valuesOnly) server.on('request', findAdorned);
      await server.initialize();
      build(server);
      await server.start();
    },
    async stop() {
      if (running === undefined) return;
      const { server, folder } = running;
      running = undefined;
      await server.shutdown(0);
      variables.clear();
      await rm(folder, { recursive: true, force: true });
    },
    endpointUrl() {
      const [endpoint] = running?.server.endpoints ?? [];
      if (endpoint === undefined) throw new Error('The simulated central server is not running.');
      return `opc.tcp://${host}:${endpoint.port}`;
    },
    read(printer) {
      const ofPrinter = variables.get(printer) ?? new Map<string, UAVariable>();
      return new Map([...ofPrinter].map(([path, variable]) => [path, held(variable.readValue())]));
    },
    onWrite(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
};
