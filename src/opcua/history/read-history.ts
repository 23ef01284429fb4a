import {
  type AddressSpace,
  coerceStatusCode,
  DataType,
  DataValue,
  HistoryData,
  type HistoryReadRequest,
  HistoryReadResult,
  type HistoryReadValueId,
  type ISessionContext,
  isMinDate,
  NodeClass,
  PermissionType,
  ReadRawModifiedDetails,
  type StatusCode,
  StatusCodes,
  TimestampsToReturn,
  Variant,
} from 'node-opcua';
import type { OPCUAServer } from 'node-opcua-server';
import { createContinuations, type Paused } from './continuations.ts';
import type { History } from './history.ts';
import type { Ring } from './ring.ts';
import { type Selected, selectRaw, take } from './select-raw.ts';

/** Values of one variable in an answer: MaxReturnDataValues. */
export const MAX_VALUES = 1000;
/** Of all variables in an answer, beside one of each: an answer is made and sent in one go. */
const MAX_VALUES_IN_ALL = 2000;

const millisecondsOf = (date: Date | null | undefined): number | undefined =>
  date === null || date === undefined || isMinDate(date) ? undefined : date.getTime();

/** node-opcua reads an empty string, which says "all" as null does (OPC 10000-4, 7.27), as the index NaN. */
const asksForPart = (indexRange: HistoryReadValueId['indexRange'] | null): boolean =>
  indexRange !== null && !indexRange.isEmpty() && indexRange.toString() !== 'NaN';

const refuse = (statusCode: StatusCode): HistoryReadResult => new HistoryReadResult({ statusCode });

/** The server's own clock made the SourceTimestamps, so both timestamps are the same. */
const dataValueOf = (ring: Ring, selected: Selected, timestamps: TimestampsToReturn): DataValue => {
  const missing = 'missing' in selected;
  const time = new Date(missing ? selected.missing : ring.timeAt(selected.index));
  // Field by field: the constructor looks at every option, which costs most of the whole read.
  const made = new DataValue(null);
  if (!missing) made.value = new Variant({ dataType: DataType.Double, value: ring.valueAt(selected.index) });
  made.statusCode = missing ? StatusCodes.BadBoundNotFound : coerceStatusCode(ring.statusAt(selected.index));
  if (timestamps !== TimestampsToReturn.Server) made.sourceTimestamp = time;
  if (timestamps !== TimestampsToReturn.Source) made.serverTimestamp = time;
  return made;
};

export type ReadHistory = (
  context: ISessionContext,
  request: HistoryReadRequest,
) => Promise<HistoryReadResult[]>;

/** ReadRaw of what `history` keeps (OPC 10000-11, 6.5.3), and a plain answer to all else. */
export const createReadHistory = (addressSpace: AddressSpace, history: History): ReadHistory => {
  const continuations = createContinuations();

  const isHidden = (context: ISessionContext, nodeId: string): StatusCode | undefined => {
    const node = addressSpace.findNode(nodeId);
    if (node === null) return StatusCodes.BadNodeIdUnknown;
    if (node.nodeClass !== NodeClass.Variable) return StatusCodes.BadHistoryOperationUnsupported;
    if (history.get(nodeId) === undefined) return StatusCodes.BadHistoryOperationUnsupported;
    if (context.isAccessRestricted(node)) return StatusCodes.BadSecurityModeInsufficient;
    return context.checkPermission(node, PermissionType.ReadHistory)
      ? undefined
      : StatusCodes.BadUserAccessDenied;
  };

  const answer = (
    session: object,
    { ring, rest, maximum, nodeId }: Paused,
    timestamps: TimestampsToReturn,
    room: number,
  ): HistoryReadResult => {
    const most = maximum === 0 ? room : Math.min(maximum, room);
    const { taken, rest: left } = take(ring, rest, most);
    const continuationPoint = left && continuations.add(session, { nodeId, ring, rest: left, maximum });
    return new HistoryReadResult({
      statusCode: taken.length === 0 ? StatusCodes.GoodNoData : StatusCodes.Good,
      historyData: new HistoryData({
        dataValues: taken.map(one => dataValueOf(ring, one, timestamps)),
      }),
      ...(continuationPoint && { continuationPoint }),
    });
  };

  const readOne = (
    context: ISessionContext,
    { nodeId: id, indexRange, continuationPoint }: HistoryReadValueId,
    details: ReadRawModifiedDetails,
    timestamps: TimestampsToReturn,
    room: number,
  ): HistoryReadResult => {
    const session = context.session ?? context;
    const nodeId = id.toString();
    const status = isHidden(context, nodeId);
    if (status !== undefined) return refuse(status);
    if (continuationPoint && continuationPoint.length > 0) {
      const paused = continuations.take(session, continuationPoint);
      if (paused?.nodeId !== nodeId) return refuse(StatusCodes.BadContinuationPointInvalid);
      return answer(session, paused, timestamps, room);
    }
    if (asksForPart(indexRange)) return refuse(StatusCodes.BadIndexRangeNoData);
    const ring = history.get(nodeId);
    if (ring === undefined) return refuse(StatusCodes.BadHistoryOperationUnsupported);
    const maximum = details.numValuesPerNode;
    const selection = selectRaw(ring, {
      start: millisecondsOf(details.startTime),
      end: millisecondsOf(details.endTime),
      maximum,
      bounds: details.returnBounds,
    });
    if (selection === undefined) return refuse(StatusCodes.BadHistoryOperationInvalid);
    return answer(session, { nodeId, ring, rest: selection, maximum }, timestamps, room);
  };

  const release = (
    context: ISessionContext,
    { continuationPoint }: HistoryReadValueId,
  ): HistoryReadResult => {
    const session = context.session ?? context;
    const released = continuationPoint && continuations.take(session, continuationPoint);
    return refuse(released ? StatusCodes.Good : StatusCodes.BadContinuationPointInvalid);
  };

  return async (
    context,
    { historyReadDetails, nodesToRead, releaseContinuationPoints, timestampsToReturn },
  ) => {
    const nodes = nodesToRead ?? [];
    const all = (result: (node: HistoryReadValueId) => HistoryReadResult) => nodes.map(result);
    if (releaseContinuationPoints) return all(node => release(context, node));
    if (timestampsToReturn === TimestampsToReturn.Neither)
      return all(() => refuse(StatusCodes.BadTimestampsToReturnInvalid));
    if (!(historyReadDetails instanceof ReadRawModifiedDetails) || historyReadDetails.isReadModified)
      return all(({ nodeId }) =>
        refuse(
          addressSpace.findNode(nodeId) === null
            ? StatusCodes.BadNodeIdUnknown
            : StatusCodes.BadHistoryOperationUnsupported,
        ),
      );
    const room = Math.max(1, Math.min(MAX_VALUES, Math.floor(MAX_VALUES_IN_ALL / nodes.length)));
    return all(node => readOne(context, node, historyReadDetails, timestampsToReturn, room));
  };
};

/**
 * In the place of node-opcua's, which fails a whole request for one node without history and keeps a list of values
 * in each variable; HistoryServerCapabilities say what there is.
 */
export const answerHistoryReads = (
  { engine }: OPCUAServer,
  addressSpace: AddressSpace,
  history: History,
): void => {
  const accessor = engine.addressSpaceAccessor;
  if (accessor === null) throw new Error('node-opcua has no access to its address space.');
  accessor.historyRead = createReadHistory(addressSpace, history);
  const capabilities = engine.historyServerCapabilities;
  capabilities.accessHistoryDataCapability = history.capacity > 0;
  capabilities.maxReturnDataValues = MAX_VALUES;
};
