import type { OpcuaLimits } from '../opcua/server/limits.ts';
import type { Settings } from '../settings/definitions.ts';

export const opcuaLimitsOf = (settings: Settings): OpcuaLimits => ({
  sessionsPerAccount: settings.OPCUA_MAX_SESSIONS_PER_ACCOUNT,
  subscriptionsPerSession: settings.OPCUA_MAX_SUBSCRIPTIONS,
  itemsPerSession: settings.OPCUA_MAX_MONITORED_ITEMS,
  itemsPerAddress: settings.OPCUA_MAX_MONITORED_ITEMS_PER_ADDRESS,
  queueSize: settings.OPCUA_MAX_QUEUE_SIZE,
  browseContinuationPoints: settings.OPCUA_MAX_CONTINUATION_POINTS,
  messageSize: settings.OPCUA_MAX_MESSAGE_KB,
  stringSize: settings.OPCUA_MAX_STRING_KB,
  arrayLength: settings.OPCUA_MAX_ARRAY_LENGTH,
  unread: settings.OPCUA_MAX_UNREAD_KB,
  callsPerSecond: settings.OPCUA_MAX_CALLS_PER_SECOND,
});
