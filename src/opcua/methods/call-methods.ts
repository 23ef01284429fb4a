import {
  type AddressSpace,
  type CallMethodRequest,
  type CallMethodResultOptions,
  DataType,
  type ISessionContext,
  NodeClass,
  resolveNodeId,
  StatusCodes,
  type UAMethod,
  type UAObject,
  Variant,
  verifyArguments_ArgumentList,
} from 'node-opcua';
import type { OPCUAServer } from 'node-opcua-server';
import type { Log } from '../../app/ports.ts';
import { methodTable } from '../model-ids.ts';
import type { ArgumentDefinition } from './arguments.ts';
import { defaultOf } from './decode.ts';

interface Callable {
  readonly method: UAMethod;
  readonly object: UAObject;
  readonly inputs: readonly ArgumentDefinition[];
  readonly declared: ReturnType<UAMethod['getInputArguments']>;
}

const callablesOf = (addressSpace: AddressSpace): ReadonlyMap<string, Callable> =>
  new Map(
    Object.values(methodTable).map(({ nodeId, inputs }) => {
      const method = addressSpace.findNode(nodeId) as UAMethod;
      const declared = method.getInputArguments();
      return [nodeId, { method, object: method.parent as UAObject, inputs, declared }];
    }),
  );

/** "Null means default" for Variants without a type too: node-opcua takes a null String, but no Null as a scalar. */
const withDefaults = (inputs: readonly ArgumentDefinition[], given: Variant[]): Variant[] => {
  if (!given.some(one => one.dataType === DataType.Null)) return given;
  return given.map((one, index) => {
    const definition = inputs[index];
    if (definition === undefined || one.dataType !== DataType.Null) return one;
    return new Variant({ dataType: DataType[definition.dataType], value: defaultOf(definition) });
  });
};

const BASE_DATA_TYPE = resolveNodeId('i=24');

/** Anything goes for BaseDataType, null too, which node-opcua refuses since it finds no type for it. */
const acceptNulls = (addressSpace: AddressSpace, request: CallMethodRequest): void => {
  const given = request.inputArguments ?? [];
  if (!given.some(one => one.dataType === DataType.Null)) return;
  const method = addressSpace.findNode(request.methodId);
  if (method?.nodeClass !== NodeClass.Method) return;
  const declared = (method as UAMethod).getInputArguments();
  request.inputArguments = given.map((one, index) =>
    one.dataType === DataType.Null && declared[index]?.dataType.toString() === BASE_DATA_TYPE.toString()
      ? new Variant({ dataType: DataType.String, value: null })
      : one,
  );
};

/** Of the standard and of companion specifications, not offered here: node-opcua answers BadInternalError. */
const isNotOffered = (addressSpace: AddressSpace, { objectId, methodId }: CallMethodRequest): boolean => {
  const method = addressSpace.findNode(methodId);
  if (method?.nodeClass !== NodeClass.Method || (method as UAMethod).isBound()) return false;
  return addressSpace.findNode(objectId) !== null;
};

/**
 * Calls the model's methods on their own objects directly: node-opcua searches all components of the object for the
 * method (below Jobs every job's node) and looks for structures in the arguments by a session made for each call,
 * which costs as much as the rest of the call. Arguments are checked here as there; `execute` checks the rights.
 */
export const callMethodsDirectly = ({ engine }: OPCUAServer, addressSpace: AddressSpace, log: Log): void => {
  const accessor = engine.addressSpaceAccessor;
  if (accessor === null) throw new Error('node-opcua has no access to its address space.');
  const callables = callablesOf(addressSpace);
  const callAny = accessor.call.bind(accessor);

  const callOne = async (
    context: ISessionContext,
    request: CallMethodRequest,
  ): Promise<CallMethodResultOptions> => {
    const callable = callables.get(request.methodId.toString());
    if (callable === undefined || addressSpace.findNode(request.objectId) !== callable.object) {
      if (isNotOffered(addressSpace, request)) return { statusCode: StatusCodes.BadNotExecutable };
      acceptNulls(addressSpace, request);
      const [result] = await callAny(context, [request]);
      return result ?? { statusCode: StatusCodes.BadInternalError };
    }
    const { method, object, inputs, declared } = callable;
    const given = withDefaults(inputs, request.inputArguments ?? []);
    const checked = verifyArguments_ArgumentList(addressSpace, declared, given);
    if (checked.statusCode.isNotGood()) return checked;
    try {
      return await method.execute(object, given, context);
    } catch (error) {
      log.error({ err: error, method: method.browseName.name }, 'A method call failed');
      return { statusCode: StatusCodes.BadInternalError };
    }
  };

  accessor.call = async (context, requests) => {
    const results: CallMethodResultOptions[] = [];
    for (const request of requests) results.push(await callOne(context, request));
    return results;
  };
};
