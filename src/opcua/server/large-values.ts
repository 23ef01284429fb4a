import {
  type AddressSpace,
  NodeClass,
  type NodeId,
  NodeIdType,
  ObjectIds,
  type UAVariable,
} from 'node-opcua';

/** What takes longer to answer than a plain value: bytes. */
const LARGE = 4096;

/** How many bytes the value of a node has, of those with a large one; 0 for the others. */
export type LargeValues = (nodeId: NodeId) => number;

/** One number for both; nodes with other ids have no large values. */
const keyOf = ({ namespace, value }: NodeId): number => namespace * 2 ** 32 + Number(value);

/**
 * The type dictionaries, which are some 200 and 350 KB long and may be read by anybody: older clients decode our
 * structures by them (OPC 10000-5, 7.6). They never change, so one look at the start will do.
 */
export const findLargeValues = (addressSpace: AddressSpace): LargeValues => {
  const sizes = new Map<number, number>();
  // The two systems of types, XML and binary; each has a dictionary for a namespace.
  for (const system of [ObjectIds.XmlSchema_TypeSystem, ObjectIds.OPCBinarySchema_TypeSystem]) {
    const dictionaries = addressSpace.findNode(system)?.findReferencesExAsObject('HasComponent') ?? [];
    for (const node of dictionaries) {
      if (node.nodeClass !== NodeClass.Variable) continue;
      const value: unknown = (node as UAVariable).readValue().value.value;
      const size = Buffer.isBuffer(value) ? value.length : 0;
      if (size > LARGE && node.nodeId.identifierType === NodeIdType.NUMERIC) {
        sizes.set(keyOf(node.nodeId), size);
      }
    }
  }
  return nodeId => (nodeId.identifierType === NodeIdType.NUMERIC ? (sizes.get(keyOf(nodeId)) ?? 0) : 0);
};
