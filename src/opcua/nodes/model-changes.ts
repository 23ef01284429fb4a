import {
  type AddressSpace,
  DataType,
  ModelChangeStructureDataType,
  type NodeId,
  resolveNodeId,
  StatusCodes,
  type UAObject,
  type UAVariable,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import type { Clock, Log } from '../../app/ports.ts';
import { createRepeating } from '../../app/repeating.ts';
import { setAccess } from '../access/access-table.ts';
import { INSTANCES_INDEX, instanceIds } from '../model-ids.ts';
import { findObject } from './find-node.ts';
import type { Installed } from './follow-commits.ts';
import type { PrinterObjects } from './printer-objects.ts';

/** Told of nodes that come and go below the objects that have a NodeVersion. */
export interface ModelChanges {
  /** @param node named in the event; absent: not everybody may know of it, and the folder alone is named */
  added(folder: string, node?: UAObject): void;
  deleted(folder: string, node?: UAObject): void;
}

export interface ModelChangesDeps {
  readonly addressSpace: AddressSpace;
  /** Everybody may know of printers: they are named. */
  readonly printerObjects: PrinterObjects;
  readonly clock: Clock;
  readonly log: Log;
}

/** OPC 10000-5, 12.15. */
const verbs = { nodeAdded: 1, nodeDeleted: 2, referenceAdded: 4, referenceDeleted: 8 } as const;
/** ms: what comes and goes meanwhile is told by one event. */
const EVERY = 1000;
/** Nodes named by one event; when more change at once, it names their folders alone, which are to be browsed anew. */
export const MAX_NAMED = 100;
/** OPC 10000-5, 6.4.2: routine. */
const SEVERITY = 100;

/**
 * Objects whose children come and go, by the names that their NodeVersions have in the ids. Not Machines: clients of
 * OPC 40001-1 may take each of its children for a machine.
 */
const folders = {
  Printers: instanceIds.Printers,
  Jobs: instanceIds.Jobs,
  Orders: instanceIds.Orders,
} as const;

interface Change {
  readonly affected: NodeId;
  readonly affectedType: NodeId;
  readonly verb: number;
}

/**
 * GeneralModelChangeEvents at Server and NodeVersions (OPC 10000-3, 9.32). node-opcua raises an event for each node in
 * its own turn, and looks for NodeVersions at each reference that is made: here changes wait for a second, and cost
 * nothing while nobody listens.
 */
export const installModelChanges = (deps: ModelChangesDeps): Installed & ModelChanges => {
  const { addressSpace, printerObjects, clock, log } = deps;
  const { server } = addressSpace.rootFolder.objects;
  const versions = new Map<string, UAVariable>();
  let endPrinters: (() => void) | undefined;
  const changedFolders = new Map<string, Change>();
  const named = new Map<string, Change>();

  const join = (changes: Map<string, Change>, change: Change): void => {
    const key = change.affected.toString();
    changes.set(key, { ...change, verb: change.verb | (changes.get(key)?.verb ?? 0) });
  };

  const note = (folder: string, reference: number, verb: number, node: UAObject | undefined): void => {
    join(changedFolders, { affected: resolveNodeId(folder), affectedType: typeOf(folder), verb: reference });
    // One more than are told, to see that there are too many.
    if (node === undefined || named.size > MAX_NAMED) return;
    join(named, { affected: node.nodeId, affectedType: node.typeDefinitionObj.nodeId, verb });
  };

  const typeOf = (folder: string): NodeId => findObject(addressSpace, folder).typeDefinitionObj.nodeId;

  const writeVersion = (folder: string, now: Date): void => {
    const value = new Variant({ dataType: DataType.String, value: now.toISOString() });
    versions.get(resolveNodeId(folder).toString())?.setValueFromSource(value, StatusCodes.Good, now);
  };

  const addVersion = (name: string, folder: string, now: Date): void => {
    const version = addressSpace.getNamespace(INSTANCES_INDEX).addVariable({
      accessLevel: 'CurrentRead',
      // A dot: no printer and no order can be called so.
      nodeId: `ns=${INSTANCES_INDEX};s=${name}.NodeVersion`,
      browseName: { name: 'NodeVersion', namespaceIndex: 0 },
      description: { locale: 'en', text: 'Changes with the nodes below: when they last came or went.' },
      dataType: DataType.String,
      propertyOf: findObject(addressSpace, folder),
    });
    setAccess(version, 'public');
    versions.set(resolveNodeId(folder).toString(), version);
    writeVersion(folder, now);
  };

  const tell = async (): Promise<void> => {
    if (changedFolders.size === 0) return;
    const changes = [...changedFolders.values(), ...(named.size > MAX_NAMED ? [] : named.values())];
    const now = clock.now();
    for (const folder of changedFolders.keys()) writeVersion(folder, now);
    changedFolders.clear();
    named.clear();
    if (server.listenerCount('event') === 0) return;
    server.raiseEvent('GeneralModelChangeEventType', {
      sourceNode: { dataType: DataType.NodeId, value: server.nodeId },
      sourceName: { dataType: DataType.String, value: 'Server' },
      time: { dataType: DataType.DateTime, value: now },
      receiveTime: { dataType: DataType.DateTime, value: now },
      message: { dataType: DataType.LocalizedText, value: { text: 'Nodes came or went.' } },
      severity: { dataType: DataType.UInt16, value: SEVERITY },
      // node-opcua would put a DateTime where a TimeZoneDataType belongs.
      localTime: { dataType: DataType.Null },
      changes: {
        dataType: DataType.ExtensionObject,
        arrayType: VariantArrayType.Array,
        value: changes.map(change => new ModelChangeStructureDataType(change)),
      },
    });
  };

  const telling = createRepeating({ clock, log, every: EVERY, what: 'The news of nodes', round: tell });

  const added: ModelChanges['added'] = (folder, node) =>
    note(folder, verbs.referenceAdded, verbs.nodeAdded, node);
  const deleted: ModelChanges['deleted'] = (folder, node) =>
    note(folder, verbs.referenceDeleted, verbs.nodeDeleted, node);

  return {
    added,
    deleted,
    async start() {
      addressSpace.suspendModelChangeEvents = true;
      const now = clock.now();
      for (const [name, folder] of Object.entries(folders)) addVersion(name, folder, now);
      endPrinters = printerObjects.follow({
        made: (_, object) => added(folders.Printers, object),
        going: (_, object) => deleted(folders.Printers, object),
      });
      await telling.start();
    },
    async stop() {
      endPrinters?.();
      await telling.stop();
    },
  };
};
