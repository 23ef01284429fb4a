/**
 * What a client gets of the queues and lifetimes that it asks for. node-opcua keeps 5000 values for each item and
 * an abandoned subscription for an hour, whatever its capabilities say. OPC 10000-4 has the server revise both.
 */
import {
  AttributeIds,
  type CreateSubscriptionRequest,
  type ModifySubscriptionRequest,
  type MonitoringParameters,
} from 'node-opcua';

export interface SubscriptionCaps {
  /** Values that one item keeps until they are fetched. */
  readonly dataQueue: number;
  /** Events that one item keeps; node-opcua gives no fewer than 100. */
  readonly eventQueue: number;
  /** ms that a subscription lives without a Publish request. */
  readonly lifetime: number;
}

export const ANONYMOUS_CAPS: SubscriptionCaps = { dataQueue: 10, eventQueue: 100, lifetime: 120_000 };
/** @param queueSize values that an item of a client with an account keeps */
export const accountCaps = (queueSize: number): SubscriptionCaps => ({
  dataQueue: queueSize,
  eventQueue: 10 * queueSize,
  lifetime: 600_000,
});

/** Of events, 0 asks for the server's own size; of data, it asks for the newest value alone. */
export const capQueue = (
  parameters: MonitoringParameters | undefined,
  attributeId: number,
  caps: SubscriptionCaps,
): void => {
  if (!parameters) return;
  const isEvent = attributeId === AttributeIds.EventNotifier;
  const limit = isEvent ? caps.eventQueue : caps.dataQueue;
  const asked = isEvent && parameters.queueSize === 0 ? limit : parameters.queueSize;
  parameters.queueSize = Math.min(asked, limit);
};

/** ms; what node-opcua makes of shorter and absent ones does not matter here: they only live shorter. */
const SHORTEST_INTERVAL = 50;
/** node-opcua sends a sign of life every two intervals at the soonest, and keeps three times that. */
const FEWEST_KEEP_ALIVES = 2;
const LIVES_PER_KEEP_ALIVE = 3;

export const capLifetime = (
  request: CreateSubscriptionRequest | ModifySubscriptionRequest,
  { lifetime }: SubscriptionCaps,
): void => {
  const longest = lifetime / FEWEST_KEEP_ALIVES / LIVES_PER_KEEP_ALIVE;
  request.requestedPublishingInterval = Math.min(request.requestedPublishingInterval, longest);
  const interval = Math.max(request.requestedPublishingInterval, SHORTEST_INTERVAL);
  const lives = Math.floor(lifetime / interval);
  request.requestedLifetimeCount = Math.min(request.requestedLifetimeCount, lives);
  request.requestedMaxKeepAliveCount = Math.min(
    request.requestedMaxKeepAliveCount,
    Math.floor(lives / LIVES_PER_KEEP_ALIVE),
  );
};
