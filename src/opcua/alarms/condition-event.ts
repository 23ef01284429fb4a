import {
  type BrowsePath,
  BrowsePathResult,
  coerceExpandedNodeId,
  type IEventData,
  type NodeId,
  StatusCodes,
  sameNodeId,
  type UAObject,
  Variant,
} from 'node-opcua';
import type { ConditionFields } from './condition-fields.ts';
import type { ConditionValues } from './condition-values.ts';

/** RemainingPathIndex of OPC 10000-4, 7.6. */
const WHOLE_PATH = 0xffffffff;

/**
 * What node-opcua's monitored items ask of an event: its source, a condition, gives the ConditionId; a path of the
 * filter is answered by the node that declares it, and that by its value.
 */
export const conditionEvent = (
  condition: UAObject,
  fields: ConditionFields,
  values: ConditionValues,
): IEventData => {
  const fieldOf = (path: string): Variant => values.get(path) ?? new Variant();
  const byNode = (): Map<string, Variant> => {
    const found = new Map<string, Variant>();
    for (const [path, { nodeId }] of fields) found.set(nodeId.toString(), fieldOf(path));
    return found;
  };
  let known: Map<string, Variant> | undefined;
  const event: IEventData & Readonly<Record<string, unknown>> = {
    eventId: fieldOf('EventId').value as NodeId,
    // By these two the right to receive it is decided.
    eventType: fieldOf('EventType'),
    sourceNode: fieldOf('SourceNode'),
    getEventDataSource: () => condition,
    _createValue() {
      throw new Error('An event of a condition is not changed.');
    },
    _browse({ startingNode, relativePath }: BrowsePath): BrowsePathResult | null {
      if (!sameNodeId(startingNode, condition.nodeId)) return null;
      const path = (relativePath.elements ?? []).map(({ targetName }) => targetName.toString()).join('.');
      const declared = fields.get(path);
      if (declared === undefined) return null;
      return new BrowsePathResult({
        statusCode: StatusCodes.Good,
        targets: [{ targetId: coerceExpandedNodeId(declared.nodeId), remainingPathIndex: WHOLE_PATH }],
      });
    },
    _readValue(nodeId) {
      known ??= byNode();
      return known.get(nodeId.toString()) ?? null;
    },
  };
  return event;
};
