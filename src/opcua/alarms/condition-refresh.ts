import {
  type AddressSpace,
  AttributeIds,
  type BaseNode,
  type CallMethodResultOptions,
  DataType,
  type IEventData,
  type ISessionContext,
  LocalizedText,
  MethodIds,
  ObjectTypeIds,
  StatusCodes,
  type UAEventType,
  type UAMethod,
  type Variant,
} from 'node-opcua';
import type { ServerSession, Subscription } from 'node-opcua-server';
import type { Clock, Log } from '../../app/ports.ts';
import type { Conditions } from './conditions.ts';

export interface ConditionRefreshDeps {
  readonly addressSpace: AddressSpace;
  readonly conditions: Pick<Conditions, 'retained'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** What node-opcua's monitored items look at while an event is emitted: all others drop it. */
interface Refreshing {
  _condition_refresh_scope: {
    readonly subscription: Subscription;
    readonly monitoredItemId: number | undefined;
  } | null;
}

/** ms of events before others get their turn. */
const TURN = 10;

/** Where that subscription, or that item of it, listens for events. */
const placesOf = (subscription: Subscription, monitoredItemId: number | undefined): ReadonlySet<BaseNode> => {
  const ids =
    monitoredItemId === undefined ? [...subscription.getMonitoredItems().serverHandles] : [monitoredItemId];
  const items = ids.map(id => subscription.getMonitoredItem(id));
  return new Set(
    items.flatMap(item =>
      item?.node && item.itemToMonitor.attributeId === AttributeIds.EventNotifier
        ? [item.node as BaseNode]
        : [],
    ),
  );
};

/**
 * ConditionRefresh and ConditionRefresh2 (OPC 10000-9, 5.5.7 and 5.5.8). node-opcua's own walks to every source and
 * tells everything in one go, its beginning and end at Server alone; here others get their turn in between, and whoever
 * listens at a printer is told as well.
 */
export const installConditionRefresh = ({
  addressSpace,
  conditions,
  clock,
  log,
}: ConditionRefreshDeps): void => {
  const { server } = addressSpace.rootFolder.objects;
  const space = addressSpace as unknown as Refreshing;
  const refreshing = new Set<Subscription>();

  const bracket = (type: number, message: string): IEventData => {
    const now = { dataType: DataType.DateTime, value: clock.now() };
    return addressSpace.constructEventData(addressSpace.findNode(`i=${type}`) as UAEventType, {
      sourceNode: { dataType: DataType.NodeId, value: server.nodeId },
      sourceName: { dataType: DataType.String, value: 'Server' },
      time: now,
      receiveTime: now,
      localTime: { dataType: DataType.Null },
      message: {
        dataType: DataType.LocalizedText,
        value: new LocalizedText({ locale: 'en', text: message }),
      },
      severity: { dataType: DataType.UInt16, value: 1 },
    });
  };

  const run = async (subscription: Subscription, monitoredItemId: number | undefined): Promise<void> => {
    const places = placesOf(subscription, monitoredItemId);
    const tell = (event: IEventData, at: Iterable<BaseNode>): void => {
      space._condition_refresh_scope = { subscription, monitoredItemId };
      try {
        for (const place of at) if (places.has(place)) place.emit('event', event);
      } finally {
        space._condition_refresh_scope = null;
      }
    };
    tell(bracket(ObjectTypeIds.RefreshStartEventType, 'The refresh begins.'), places);
    let end = performance.now() + TURN;
    for (const condition of conditions.retained()) {
      const told = condition();
      if (told !== undefined) tell(told.event, told.places);
      if (performance.now() < end) continue;
      await new Promise(resolve => setImmediate(resolve));
      end = performance.now() + TURN;
    }
    tell(bracket(ObjectTypeIds.RefreshEndEventType, 'The refresh has ended.'), places);
  };

  const refresh = async (inputs: Variant[], context: ISessionContext): Promise<CallMethodResultOptions> => {
    const session = context.session as unknown as Pick<ServerSession, 'getSubscription'> | undefined;
    const subscription = session?.getSubscription(Number(inputs[0]?.value)) ?? undefined;
    if (subscription === undefined) return { statusCode: StatusCodes.BadSubscriptionIdInvalid };
    const monitoredItemId = inputs[1] === undefined ? undefined : Number(inputs[1].value);
    if (monitoredItemId !== undefined && subscription.getMonitoredItem(monitoredItemId) === null) {
      return { statusCode: StatusCodes.BadMonitoredItemIdInvalid };
    }
    if (refreshing.has(subscription)) return { statusCode: StatusCodes.BadRefreshInProgress };
    refreshing.add(subscription);
    try {
      await run(subscription, monitoredItemId);
      return { statusCode: StatusCodes.Good, outputArguments: [] };
    } catch (error) {
      log.error({ err: error }, 'A refresh of the alarms failed');
      return { statusCode: StatusCodes.BadInternalError };
    } finally {
      refreshing.delete(subscription);
    }
  };

  for (const id of [MethodIds.ConditionType_ConditionRefresh, MethodIds.ConditionType_ConditionRefresh2]) {
    (addressSpace.findNode(id) as UAMethod).bindMethod(async (inputs: Variant[], context: ISessionContext) =>
      refresh(inputs, context),
    );
  }
};
