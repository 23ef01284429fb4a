import { AttributeIds, NodeClass, type UAVariable } from 'node-opcua';
import type { MonitoredItem, ServerSession, Subscription } from 'node-opcua-server';
import { INSTANCES_INDEX } from '../model-ids.ts';

/** Written by the server when they change, and not computed when they are read; plain, so that no two share a value. */
const isWritten = (variable: UAVariable): boolean => {
  if (variable.nodeId.namespace !== INSTANCES_INDEX || variable.minimumSamplingInterval !== 0) return false;
  const value: unknown = variable.readValue().value.value;
  return !(value instanceof Object) || value instanceof Date;
};

/**
 * node-opcua hands a changed value to an item that asked for a sampling interval of 0 without a look at its rights,
 * while a sampled one is read with them each time. So an item is told of changes only if its session may read the
 * variable; sessions end when the rights of their account change.
 *
 * And it samples every other item by a timer. Those of our own variables are told of changes as well, at most once in
 * the interval that they asked for: a value that stays the same costs nothing.
 */
const choose = (item: MonitoredItem, session: ServerSession): void => {
  const { node, itemToMonitor } = item;
  if (itemToMonitor.attributeId !== AttributeIds.Value || node?.nodeClass !== NodeClass.Variable) return;
  const variable = node as UAVariable;
  const told =
    (item.isExceptionBased || isWritten(variable)) && variable.isUserReadable(session.sessionContext);
  // It has no way to say so but what it was asked for.
  Object.assign(item, { _exceptionBased: told });
};

/** Before its first item is made. */
export const tellOfChanges = (session: ServerSession): void => {
  session.on('new_subscription', (subscription: Subscription) => {
    subscription.on('monitoredItem', (item: MonitoredItem) => choose(item, session));
  });
};
