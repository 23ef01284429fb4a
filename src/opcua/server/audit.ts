/**
 * Audit events of what clients do (OPC 10000-5, 6.4; 10000-4, 6.5): node-opcua tells of sessions and certificates;
 * here are method calls, and writes, nearly all of which are refused. There is no such event of reads.
 */
import {
  type AddressSpace,
  type BaseNode,
  type CallMethodRequest,
  type CallMethodResultOptions,
  DataType,
  type ISessionContext,
  makeRoles,
  type NodeId,
  ObjectIds,
  ObjectTypeIds,
  PermissionType,
  resolveNodeId,
  type StatusCode,
  sameNodeId,
  type UAObject,
  UserNameIdentityToken,
  Variant,
  VariantArrayType,
  WellKnownRoles,
  type WriteValue,
} from 'node-opcua';
import type { OPCUAServer } from 'node-opcua-server';
import type { Clock, Log } from '../../app/ports.ts';
import { methodTable } from '../model-ids.ts';

/** OPC 10000-5, 6.4.2. */
const ROUTINE = 100;
const REFUSED = 600;
/** Events of what was refused in a second: an attacker asks for thousands, and each costs as much as a read. */
const MAX_REFUSED = 100;
const WINDOW = 1000;
/** Longer texts and bytes, such as a file in transfer, would fill the queues of those who listen: bytes. */
const MAX_ARGUMENT = 1000;

const ownMethods = new Set<string>(Object.values(methodTable).map(({ nodeId }) => nodeId));

/** Making an event costs as much as answering a read, so what nobody hears is not made. */
const isHeard = (notifier: UAObject): boolean => notifier.listenerCount('event') > 0;

const text = (value: string) => ({ dataType: DataType.String, value }) as const;

const userOf = (context: ISessionContext): string => {
  const token = context.session?.userIdentityToken;
  return token instanceof UserNameIdentityToken ? (token.userName ?? '') : '';
};

const entryIdOf = (context: ISessionContext): string => {
  const { requestHeader } = context as { requestHeader?: { auditEntryId?: string | null } };
  return requestHeader?.auditEntryId ?? '';
};

const isLong = ({ value }: Variant): boolean =>
  (typeof value === 'string' || Buffer.isBuffer(value) || Array.isArray(value)) &&
  value.length > MAX_ARGUMENT;

/** Of methods of the standard alone nobody knows whether a password is among them. */
const argumentsOf = (methodId: NodeId, values: readonly Variant[] | null | undefined) => ({
  dataType: DataType.Variant,
  arrayType: VariantArrayType.Array,
  value: methodId.namespace === 0 ? [] : (values ?? []).map(one => (isLong(one) ? new Variant() : one)),
});

const [admin] = makeRoles(WellKnownRoles.ConfigureAdmin);
const [anybody] = makeRoles(WellKnownRoles.Anonymous);

/** Whoever may not receive events of its source receives none: admins may of all of the standard's nodes. */
const isSource = ({ rolePermissions, nodeId }: BaseNode): boolean => {
  if (!rolePermissions) return nodeId.namespace === 0;
  return rolePermissions.some(({ roleId, permissions = 0 }) => {
    const id = roleId && resolveNodeId(roleId);
    return (
      id &&
      [admin, anybody].some(role => role && sameNodeId(role, id)) &&
      (permissions & PermissionType.ReceiveEvents) !== 0
    );
  });
};

/** A refused call of our own methods is a Good one with a ReturnCode. */
const outcomeOf = ({ methodId }: CallMethodRequest, result: CallMethodResultOptions) => {
  const { statusCode, outputArguments } = result;
  const status = statusCode as StatusCode;
  const returnCode = ownMethods.has(methodId.toString()) ? Number(outputArguments?.[0]?.value ?? 0) : 0;
  return {
    done: status.isGood() && returnCode === 0,
    said: returnCode === 0 ? status.name : `ReturnCode ${returnCode}`,
  };
};

interface Audited {
  readonly type: ObjectTypeIds;
  readonly sourceName: string;
  readonly nodeId: NodeId;
  readonly done: boolean;
  readonly message: string;
  readonly fields: object;
}

export const auditOperations = (
  server: OPCUAServer,
  addressSpace: AddressSpace,
  clock: Pick<Clock, 'now'>,
  log: Log,
): void => {
  const accessor = server.engine.addressSpaceAccessor;
  if (accessor === null) throw new Error('node-opcua has no access to its address space.');
  const notifier = addressSpace.findNode(ObjectIds.Server) as UAObject;
  let since = 0;
  let refused = 0;

  /** Those beyond the bound are counted in the log alone. */
  const mayTellRefusal = (): boolean => {
    const now = performance.now();
    if (now - since >= WINDOW) {
      if (refused > MAX_REFUSED) log.warn({ left: refused - MAX_REFUSED }, 'Audit events were left out');
      since = now;
      refused = 0;
    }
    refused += 1;
    return refused <= MAX_REFUSED;
  };

  const raise = (context: ISessionContext, { type, sourceName, nodeId, done, message, fields }: Audited) => {
    if (!done && !mayTellRefusal()) return;
    const node = addressSpace.findNode(nodeId);
    const source = node && isSource(node) ? nodeId : notifier.nodeId;
    const user = userOf(context);
    notifier.raiseEvent(resolveNodeId(type), {
      sourceNode: { dataType: DataType.NodeId, value: source },
      sourceName: text(sourceName),
      severity: { dataType: DataType.UInt16, value: done ? ROUTINE : REFUSED },
      // node-opcua would put a DateTime where a TimeZoneDataType belongs.
      localTime: { dataType: DataType.Null },
      message: { dataType: DataType.LocalizedText, value: { text: `${message} by ${user || 'anonymous'}` } },
      actionTimeStamp: { dataType: DataType.DateTime, value: clock.now() },
      status: { dataType: DataType.Boolean, value: done },
      serverId: text(server.serverInfo.applicationUri ?? ''),
      clientAuditEntryId: text(entryIdOf(context)),
      clientUserId: text(user),
      ...fields,
    });
  };

  const tellCall = (
    context: ISessionContext,
    request: CallMethodRequest,
    result: CallMethodResultOptions,
  ): void => {
    const { done, said } = outcomeOf(request, result);
    const method = addressSpace.findNode(request.methodId)?.browseName.name ?? request.methodId.toString();
    raise(context, {
      type: ObjectTypeIds.AuditUpdateMethodEventType,
      sourceName: 'Attribute/Call',
      nodeId: request.objectId,
      done,
      message: `${method} of ${request.objectId.toString()}: ${said}`,
      fields: {
        methodId: { dataType: DataType.NodeId, value: request.methodId },
        statusCodeId: { dataType: DataType.StatusCode, value: result.statusCode },
        inputArguments: argumentsOf(request.methodId, request.inputArguments),
        outputArguments: argumentsOf(
          request.methodId,
          result.outputArguments as Variant[] | null | undefined,
        ),
      },
    });
  };

  const tellWrite = (context: ISessionContext, write: WriteValue, status: StatusCode): void => {
    const value = write.value.value;
    raise(context, {
      type: ObjectTypeIds.AuditWriteUpdateEventType,
      sourceName: 'Attribute/Write',
      nodeId: write.nodeId,
      done: status.isGood(),
      message: `Write of ${write.nodeId.toString()}: ${status.name}`,
      fields: {
        attributeId: { dataType: DataType.UInt32, value: write.attributeId },
        indexRange: text(write.indexRange?.toString() ?? ''),
        newValue: value && !isLong(value) ? value : new Variant(),
      },
    });
  };

  /** Whatever goes wrong here is no matter of the client's. */
  const quietly = (tell: () => void): void => {
    try {
      tell();
    } catch (error) {
      log.error({ err: error }, 'An audit event could not be raised');
    }
  };

  const { call, write } = accessor;
  const raiseAny = server.raiseEvent.bind(server) as (type: string, options: object) => void;
  server.raiseEvent = (type: string, options: object) => {
    if (isHeard(notifier)) raiseAny(type, options);
  };
  accessor.call = async (context, requests) => {
    const results = await call.call(accessor, context, requests);
    if (!isHeard(notifier)) return results;
    for (const [index, request] of requests.entries()) {
      const result = results[index];
      if (result !== undefined) quietly(() => tellCall(context, request, result));
    }
    return results;
  };
  accessor.write = async (context, writes) => {
    const results = await write.call(accessor, context, writes);
    if (!isHeard(notifier)) return results;
    for (const [index, one] of writes.entries()) {
      const status = results[index];
      if (status !== undefined) quietly(() => tellWrite(context, one, status));
    }
    return results;
  };
};
