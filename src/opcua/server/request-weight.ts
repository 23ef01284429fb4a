import {
  BrowseNextRequest,
  BrowseRequest,
  CallRequest,
  CreateMonitoredItemsRequest,
  HistoryReadRequest,
  type Message,
  ReadRequest,
  RegisterNodesRequest,
  TranslateBrowsePathsToNodeIdsRequest,
  WriteRequest,
} from 'node-opcua';
import type { LargeValues } from './large-values.ts';

const lengthOf = (list: readonly unknown[] | null | undefined): number => list?.length ?? 0;

/**
 * How long a request keeps the event loop, in values read (some 10 to 20 µs each): what node-opcua was measured to
 * need for one node to browse, one path or one item. Anything else counts as one.
 */
const NODE_TO_BROWSE = 10;
const PATH_TO_TRANSLATE = 5;
const ITEM_TO_CREATE = 10;
/** Up to a thousand values each; an answer has no more than twice as many. */
const HISTORY_TO_READ = 100;
const MOST_HISTORY = 200;
/** A large value is copied, cut into chunks and perhaps encrypted. */
const BYTES_AS_A_VALUE = 1024;

export const weightOf = (request: Message['request'], sizeOf: LargeValues): number => {
  if (request instanceof ReadRequest) {
    const nodes = request.nodesToRead ?? [];
    const bytes = nodes.reduce((sum, { nodeId }) => sum + sizeOf(nodeId), 0);
    return nodes.length + Math.ceil(bytes / BYTES_AS_A_VALUE);
  }
  if (request instanceof HistoryReadRequest) {
    return Math.min(MOST_HISTORY, HISTORY_TO_READ * lengthOf(request.nodesToRead));
  }
  if (request instanceof WriteRequest) return lengthOf(request.nodesToWrite);
  if (request instanceof CallRequest) return lengthOf(request.methodsToCall);
  if (request instanceof RegisterNodesRequest) return lengthOf(request.nodesToRegister);
  if (request instanceof BrowseRequest) return NODE_TO_BROWSE * lengthOf(request.nodesToBrowse);
  if (request instanceof BrowseNextRequest) return NODE_TO_BROWSE * lengthOf(request.continuationPoints);
  if (request instanceof CreateMonitoredItemsRequest) return ITEM_TO_CREATE * lengthOf(request.itemsToCreate);
  if (request instanceof TranslateBrowsePathsToNodeIdsRequest) {
    return PATH_TO_TRANSLATE * lengthOf(request.browsePaths);
  }
  return 1;
};
