/**
 * Bounds on what clients may ask for. node-opcua's own defaults let one client take the memory or the event loop
 * of all others.
 */
import { BinaryStream } from 'node-opcua';
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
const MAX_MESSAGE_SIZE = 4 * KB * KB;
const MAX_CHUNKS = MAX_MESSAGE_SIZE / BUFFER_SIZE;

/** node-opcua leaves a message that it cannot decode unanswered: what fits a message is refused by the methods. */
const MAX_STRING_LENGTH = MAX_MESSAGE_SIZE;
const MAX_ARRAY_LENGTH = 100_000;

const atMost = (asked: number, limit: number): number => (asked === 0 ? limit : Math.min(asked, limit));

/** What client and server agree on in Hello and Acknowledge; 0 means that the client sets no limit. */
export const adjustTransportLimits = (hello: HelloLimits): HelloLimits => ({
  receiveBufferSize: Math.max(MIN_BUFFER_SIZE, atMost(hello.receiveBufferSize, BUFFER_SIZE)),
  sendBufferSize: Math.max(MIN_BUFFER_SIZE, atMost(hello.sendBufferSize, BUFFER_SIZE)),
  maxMessageSize: atMost(hello.maxMessageSize, MAX_MESSAGE_SIZE),
  maxChunkCount: atMost(hello.maxChunkCount, MAX_CHUNKS),
});

/** Of all clients. */
const MAX_ITEMS = 100_000;
/** The address space of a large lab has some thousands of variables, and one client reads most of them. */
export const MAX_ITEMS_PER_SESSION = 10_000;
export const MAX_ITEMS_PER_ADDRESS = 20_000;
/** Items beyond these keep as few values as those of clients without an account: full queues would take 1 GB. */
export const MAX_LONG_QUEUES_PER_ADDRESS = 5000;
/** Who only looks needs a screen's worth of them. */
export const MAX_ANONYMOUS_ITEMS_PER_SESSION = 1000;
export const MAX_ANONYMOUS_ITEMS_PER_ADDRESS = 5000;
export const MAX_ANONYMOUS_SUBSCRIPTIONS = 2;

export const serverCapabilities = (maxSessions: number) =>
  ({
    maxSessions,
    maxSubscriptionsPerSession: 10,
    maxSubscriptions: 1000,
    maxMonitoredItemsPerSubscription: 5000,
    maxMonitoredItems: MAX_ITEMS,
    maxMonitoredItemsQueueSize: 1000,
    maxBrowseContinuationPoints: 20,
    maxHistoryContinuationPoints: MAX_CONTINUATION_POINTS,
    maxQueryContinuationPoints: 1,
    maxStringLength: MAX_STRING_LENGTH,
    maxByteStringLength: MAX_STRING_LENGTH,
    maxArrayLength: MAX_ARRAY_LENGTH,
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
    /** OPC 10000-7: Standard 2017 UA Server Profile and the facets beside it. */
    serverProfileArray: [
      'http://opcfoundation.org/UA-Profile/Server/StandardUA2017',
      'http://opcfoundation.org/UA-Profile/Server/Methods',
      'http://opcfoundation.org/UA-Profile/Server/EventSubscription',
      ...claims.flatMap(({ uri }) => uri ?? []),
    ],
  }) satisfies OPCUAServerOptions['serverCapabilities'];

/** The decoder's limits hold for the whole process; it refuses a longer value before it allocates anything. */
export const limitDecoder = (): void => {
  BinaryStream.maxStringLength = MAX_STRING_LENGTH;
  BinaryStream.maxByteStringLength = MAX_STRING_LENGTH;
  BinaryStream.maxArrayLength = MAX_ARRAY_LENGTH;
};
