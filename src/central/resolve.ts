import {
  AttributeIds,
  BrowsePath,
  type ClientSession,
  DataType,
  type NodeId,
  StatusCodes,
} from 'node-opcua-client';
import { centralPaths } from './layout.ts';
import type { Wait } from './wait.ts';

/** A variable of the central server, as it is now: a restart may change all of it. */
export interface CentralVariable {
  readonly nodeId: NodeId;
  readonly dataType: DataType;
}

/** Of one printer, by path. A variable that the central server does not have is missing. */
export type CentralPrinter = ReadonlyMap<string, CentralVariable>;

export interface Limits {
  readonly read: number;
  readonly write: number;
  readonly translate: number;
}

/** Servers that name no limit get requests of moderate size all the same. */
const OWN_LIMIT = 500;

/** OperationLimits below Server/ServerCapabilities (OPC 10000-5, 6.3.11); 0 or unreadable means no limit. */
const limitNodes = { read: 'i=11705', write: 'i=11707', translate: 'i=11712' } as const;

export const readLimits = async (session: ClientSession, wait: Wait): Promise<Limits> => {
  const nodes = [limitNodes.read, limitNodes.write, limitNodes.translate];
  const values = await wait(
    "Reading the central server's operation limits",
    session.read(nodes.map(nodeId => ({ nodeId, attributeId: AttributeIds.Value }))),
  );
  const [read, write, translate] = values.map(({ statusCode, value }) =>
    statusCode.isGood() && typeof value.value === 'number' && value.value > 0
      ? Math.min(OWN_LIMIT, value.value)
      : OWN_LIMIT,
  );
  return { read: read ?? OWN_LIMIT, write: write ?? OWN_LIMIT, translate: translate ?? OWN_LIMIT };
};

const chunksOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] => {
  const chunks: (readonly T[])[] = [];
  for (let begin = 0; begin < items.length; begin += size) chunks.push(items.slice(begin, begin + size));
  return chunks;
};

/** Standard types that stand for a built-in one; any other number above the built-in types is unknown. */
const aliases: ReadonlyMap<number, DataType> = new Map([
  [26, DataType.Variant], // Number
  [290, DataType.Double], // Duration
  [294, DataType.DateTime], // UtcTime
]);

const dataTypeOf = (nodeId: unknown): DataType | undefined => {
  const { namespace, value } = (nodeId ?? {}) as { namespace?: number; value?: unknown };
  if (namespace !== 0 || typeof value !== 'number') return undefined;
  return aliases.get(value) ?? (value in DataType ? value : undefined);
};

/** @throws when the server does not have the namespace (yet) */
export const readNamespaceIndex = async (
  session: ClientSession,
  namespace: string,
  wait: Wait,
): Promise<number> => {
  const namespaces = await wait("Reading the central server's namespaces", session.readNamespaceArray());
  const index = namespaces.indexOf(namespace);
  if (index < 0) throw new Error(`The central server has no namespace ${namespace}; it has ${namespaces}.`);
  return index;
};

interface Found {
  readonly printer: string;
  readonly path: string;
  readonly nodeId: NodeId;
}

/** From Objects (i=85) along any hierarchical reference (i=33); as elements, since a name may hold a dot. */
const browsePathOf = (index: number, printer: string, path: string): BrowsePath =>
  new BrowsePath({
    startingNode: 'i=85',
    relativePath: {
      elements: [printer, ...path.split('/')].map(name => ({
        referenceTypeId: 'i=33',
        isInverse: false,
        includeSubtypes: true,
        targetName: { namespaceIndex: index, name },
      })),
    },
  });

/**
 * Finds the printers' variables by browse path below Objects, since their node ids change with every restart.
 * @returns a map without the printers that the central server does not have
 */
export const resolvePrinters = async (
  session: ClientSession,
  index: number,
  printers: readonly string[],
  limits: Limits,
  wait: Wait,
): Promise<ReadonlyMap<string, CentralPrinter>> => {
  const wanted = printers.flatMap(printer => centralPaths.map(path => ({ printer, path })));
  const found: Found[] = [];
  for (const chunk of chunksOf(wanted, limits.translate)) {
    const paths = chunk.map(({ printer, path }) => browsePathOf(index, printer, path));
    const results = await wait(
      'Looking up the printers of the central server',
      session.translateBrowsePath(paths),
    );
    results.forEach((result, position) => {
      const item = chunk[position];
      const target = result.targets?.[0]?.targetId;
      if (item !== undefined && target && result.statusCode.isGood()) found.push({ ...item, nodeId: target });
    });
  }
  const resolved = new Map<string, Map<string, CentralVariable>>();
  for (const chunk of chunksOf(found, limits.read)) {
    const types = await wait(
      "Reading the data types of the central server's variables",
      session.read(chunk.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.DataType }))),
    );
    types.forEach((type, position) => {
      const item = chunk[position];
      const dataType = type.statusCode === StatusCodes.Good ? dataTypeOf(type.value.value) : undefined;
      if (item === undefined || dataType === undefined) return;
      const ofPrinter = resolved.get(item.printer) ?? new Map<string, CentralVariable>();
      ofPrinter.set(item.path, { nodeId: item.nodeId, dataType });
      resolved.set(item.printer, ofPrinter);
    });
  }
  return resolved;
};
