/**
 * Bounds on what clients may ask for. node-opcua's own defaults let one client take the memory or the event loop
 * of all others.
 */
import { BinaryStream, Variant } from 'node-opcua';
import type { OPCUAServerOptions } from 'node-opcua-server';
import { claims } from '../companion/profiles.ts';
import { MAX_CONTINUATION_POINTS } from '../history/continuations.ts';

type HelloLimits = Parameters<
  NonNullable<OPCUAServerOptions['transportSettings']>['adjustTransportLimits']
>[0];

const KB = 1024;

/**
 * For each response node-opcua allocates a buffer of this size, so a small one makes reads cheap; at 8 KB some
 * clients fail, 16 KB is what all of them take. Larger messages come in chunks.
 */
const BUFFER_SIZE = 16 * KB;
/** OPC 10000-6, 7.1.2.3. */
const MIN_BUFFER_SIZE = 8 * KB;

/** What a site may set, with what holds unless it does. */
export interface OpcuaLimits {
  /** Of one account, wherever it logs in; 0: half of all sessions. */
  readonly sessionsPerAccount: number;
  readonly subscriptionsPerSession: number;
  readonly itemsPerSession: number;
  readonly itemsPerAddress: number;
  /** Values that one item keeps until they are fetched; of events ten times as many. */
  readonly queueSize: number;
  readonly browseContinuationPoints: number;
  /** KB; of a request and of an answer. */
  readonly messageSize: number;
  /** KB; of one text or byte string. */
  readonly stringSize: number;
  readonly arrayLength: number;
  /** KB of answers that one client has not read yet. */
  readonly unread: number;
  /** Of one account, or of one session without an account. */
  readonly callsPerSecond: number;
}

export const defaultLimits: OpcuaLimits = {
  sessionsPerAccount: 0,
  subscriptionsPerSession: 10,
  // The address space of a large lab has some thousands of variables, and one client reads most of them.
  itemsPerSession: 10_000,
  itemsPerAddress: 20_000,
  queueSize: 100,
  browseContinuationPoints: 20,
  messageSize: 4096,
  // node-opcua leaves a message that it cannot decode unanswered: what fits a message is refused by the methods.
  stringSize: 4096,
  arrayLength: 100_000,
  unread: 8192,
  callsPerSecond: 5000,
};

const atMost = (asked: number, limit: number): number => (asked === 0 ? limit : Math.min(asked, limit));

/** What client and server agree on in Hello and Acknowledge; 0 means that the client sets no limit. */
export const transportLimits =
  ({ messageSize }: OpcuaLimits) =>
  (hello: HelloLimits): HelloLimits => ({
    receiveBufferSize: Math.max(MIN_BUFFER_SIZE, atMost(hello.receiveBufferSize, BUFFER_SIZE)),
    sendBufferSize: Math.max(MIN_BUFFER_SIZE, atMost(hello.sendBufferSize, BUFFER_SIZE)),
    maxMessageSize: atMost(hello.maxMessageSize, messageSize * KB),
    maxChunkCount: atMost(hello.maxChunkCount, Math.ceil((messageSize * KB) / BUFFER_SIZE)),
  });

/** Of all clients. */
const MAX_ITEMS = 100_000;
/** Items beyond these keep as few values as those of clients without an account: full queues would take 1 GB. */
export const MAX_LONG_QUEUES_PER_ADDRESS = 5000;
/** Who only looks needs a screen's worth of them. */
export const MAX_ANONYMOUS_ITEMS_PER_SESSION = 1000;
export const MAX_ANONYMOUS_ITEMS_PER_ADDRESS = 5000;
export const MAX_ANONYMOUS_SUBSCRIPTIONS = 2;

export const serverCapabilities = (maxSessions: number, limits: OpcuaLimits) =>
  ({
    maxSessions,
    maxSubscriptionsPerSession: limits.subscriptionsPerSession,
    maxSubscriptions: 1000,
    maxMonitoredItemsPerSubscription: Math.min(5000, limits.itemsPerSession),
    maxMonitoredItems: MAX_ITEMS,
    maxMonitoredItemsQueueSize: limits.queueSize,
    maxBrowseContinuationPoints: limits.browseContinuationPoints,
    maxHistoryContinuationPoints: MAX_CONTINUATION_POINTS,
    maxQueryContinuationPoints: 1,
    maxStringLength: limits.stringSize * KB,
    maxByteStringLength: limits.stringSize * KB,
    maxArrayLength: limits.arrayLength,
    maxSelectClauseParameters: 200,
    maxWhereClauseParameters: 200,
    operationLimits: {
      maxNodesPerRead: 1000,
      maxNodesPerWrite: 1000,
      maxNodesPerHistoryReadData: 100,
      maxNodesPerBrowse: 100,
      maxNodesPerMethodCall: 20,
      maxNodesPerRegisterNodes: 2000,
      maxNodesPerTranslateBrowsePathsToNodeIds: 200,
      maxMonitoredItemsPerCall: 2000,
    },
    localeIdArray: ['en'],
    serverProfileArray: claims.flatMap(({ uri }) => uri ?? []),
  }) satisfies OPCUAServerOptions['serverCapabilities'];

/**
 * The decoder's limits hold for the whole process; it refuses a longer value before it allocates anything. (Arrays of
 * numbers in a Variant are taken as bytes: the size of the message bounds them.)
 */
export const limitDecoder = ({ stringSize, arrayLength }: OpcuaLimits): void => {
  BinaryStream.maxStringLength = stringSize * KB;
  BinaryStream.maxByteStringLength = stringSize * KB;
  BinaryStream.maxArrayLength = arrayLength;
  Variant.maxArrayLength = arrayLength;
};
