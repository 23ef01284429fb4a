import anyTest, { type TestFn } from 'ava';
import {
  AccessLevelFlag,
  AttributeIds,
  type BaseNode,
  type CallMethodResult,
  DataType,
  type EUInformation,
  PermissionType,
  type Range,
  StatusCodes,
  type UAVariable,
  VariantArrayType,
  type VariantOptions,
} from 'node-opcua';
import { units } from '../../model/elements.ts';
import { returnCodes } from '../../src/domain/refusal.ts';
import { INSTANCES_INDEX, TYPES_INDEX } from '../../src/opcua/model-ids.ts';
import {
  type Call,
  callsOf,
  extreme,
  methodsOf,
  nodesOf,
  startWalk,
  variablesOf,
  type Walk,
  wrong,
} from './walk-fixture.ts';

const test = anyTest as TestFn<Walk>;

test.before(async t => {
  t.context = await startWalk();
});
test.after.always(t => t.context?.stop());

const ours = (t: { readonly context: Walk }): readonly BaseNode[] =>
  [TYPES_INDEX, INSTANCES_INDEX].flatMap(index => nodesOf(t.context.space, index));

test('the walk meets a printer, a job, an order, a machine, job orders, an alarm and a file', t => {
  const ids = ours(t).map(({ nodeId }) => String(nodeId.value));
  for (const start of ['Printers/Printer1/', 'Jobs/', 'Orders/A-1/', 'Lab/', 'FileTransfer/', 'f-']) {
    t.true(
      ids.some(id => id.startsWith(start)),
      start,
    );
  }
  for (const part of ['/MachineryItemState/', '/JobOrderList', '/Alarms/Fault/']) {
    t.true(
      ids.some(id => id.includes(part)),
      part,
    );
  }
});

test('every node of ours says what it is, and who may do what with it', t => {
  for (const node of ours(t)) {
    const id = node.nodeId.toString();
    t.truthy(node.description?.text, id);
    t.truthy(node.displayName[0]?.text, id);
    const own = node.rolePermissions ?? node.namespace.getDefaultRolePermissions() ?? [];
    t.true(own.length > 0, id);
    for (const { permissions = 0 } of own) {
      t.is(permissions & (PermissionType.Write | PermissionType.WriteAttribute), 0, id);
    }
  }
});

test('ids are short, in ASCII, and differ also where case does not count', t => {
  const ids = nodesOf(t.context.space, INSTANCES_INDEX)
    .map(({ nodeId }) => nodeId.value)
    .filter(value => typeof value === 'string');
  for (const id of ids) {
    t.regex(id, /^[\x21-\x7e]+$/);
    t.true(id.length <= 254, id);
  }
  t.is(new Set(ids.map(id => id.toLowerCase())).size, ids.length);
});

/** Where there is nothing to tell: each job order has a state of its own. */
const withoutValue = /JobOrderControl\/CurrentState(\/Id)?$/;

test('every variable of ours has a value of its data type, and nobody writes it', async t => {
  const variables = variablesOf(ours(t));
  t.true(variables.length > 300);
  for (const variable of variables) {
    const id = variable.nodeId.toString();
    const { value, statusCode } = variable.readValue();
    if (value.dataType === DataType.Null) t.true(statusCode.isBad(), `${id} ${statusCode.name}`);
    else t.is(DataType[value.dataType], DataType[variable.getBasicDataType()], id);
    t.is(variable.accessLevel & AccessLevelFlag.CurrentWrite, 0, id);
    if (value.value !== null) t.is(value.arrayType === VariantArrayType.Array, variable.valueRank === 1, id);
    if (variable.nodeId.namespace === INSTANCES_INDEX && !withoutValue.test(id)) {
      t.is(statusCode.name, 'Good', id);
    }
  }
  const levels = await t.context.session.read(
    variables.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.UserAccessLevel })),
  );
  for (const [index, { value, statusCode }] of levels.entries()) {
    const id = String(variables[index]?.nodeId);
    t.is(statusCode, StatusCodes.Good, id);
    t.is((value.value as number) & 0b0110_1110, 0, id);
  }
});

const isQuantity = (variable: UAVariable): boolean =>
  variable.dataType.toString() === 'ns=0;i=11' || /AnalogItemType/.test(typeName(variable));
const typeName = (variable: UAVariable): string => variable.typeDefinitionObj.browseName.name ?? '';
const knownUnits = new Map<number, string>(Object.values(units).map(({ id, symbol }) => [id, symbol]));

test('every quantity tells its unit and its range, and lies in it', t => {
  const quantities = variablesOf(ours(t)).filter(isQuantity);
  t.true(quantities.length >= 24);
  for (const quantity of quantities) {
    const id = quantity.nodeId.toString();
    t.is(typeName(quantity), 'AnalogItemType', id);
    const property = <T>(name: string): T | undefined =>
      (quantity.getPropertyByName(name)?.readValue().value.value ?? undefined) as T | undefined;
    const unit = property<EUInformation>('EngineeringUnits');
    t.is(unit?.displayName.text ?? undefined, knownUnits.get(unit?.unitId ?? 0), id);
    const range = property<Range>('EURange');
    if (range === undefined) {
      t.fail(`${id} has no EURange.`);
      continue;
    }
    t.true(range.low < range.high, id);
    const value = Number(quantity.readValue().value.value ?? range.low);
    t.true(value >= range.low && value <= range.high, id);
  }
});

const BASE_DATA_TYPE = 'ns=0;i=24';
/** Statuses that say nothing of what was asked. */
const unanswered = /InternalError|UnexpectedError|Timeout|NotExecutable/;

const call = (
  { context: { session } }: { readonly context: Walk },
  { objectId, methodId }: Call,
  inputArguments: VariantOptions[],
): Promise<CallMethodResult> => session.call({ objectId, methodId, inputArguments });

/** What is bound and on an object of ours: by us, or by node-opcua. */
const offered = (t: { readonly context: Walk }): readonly Call[] => {
  const { space } = t.context;
  const methods = space.getNamespaceArray().flatMap((_, index) => methodsOf(nodesOf(space, index)));
  return methods.flatMap(callsOf).filter(({ objectId }) => objectId.namespace === INSTANCES_INDEX);
};

test('every method on an object of ours is bound and described, its arguments too', t => {
  const all = offered(t);
  t.true(all.length > 40);
  for (const { method, name, inputs } of all) {
    t.true(method.isBound(), name);
    for (const argument of [...inputs, ...method.getOutputArguments()]) t.truthy(argument.name, name);
    if (method.nodeId.namespace === INSTANCES_INDEX) t.truthy(method.description?.text, name);
  }
});

test('too few and too many arguments are told apart', async t => {
  for (const one of offered(t)) {
    const { inputs, name } = one;
    const given = inputs.map(argument => extreme(t.context.space, argument));
    if (inputs.length > 0) {
      t.is((await call(t, one, given.slice(1))).statusCode, StatusCodes.BadArgumentsMissing, name);
    }
    const more = [...given, { dataType: DataType.Boolean, value: true }];
    t.is((await call(t, one, more)).statusCode, StatusCodes.BadTooManyArguments, name);
  }
});

test('an argument of another type is named', async t => {
  for (const one of offered(t)) {
    for (const [index, argument] of one.inputs.entries()) {
      const given = one.inputs.map(each => extreme(t.context.space, each));
      given[index] = wrong(t.context.space, argument);
      const { statusCode, inputArgumentResults } = await call(t, one, given);
      const name = `${one.name} ${argument.name} ${statusCode.name}`;
      if (argument.dataType.toString() === BASE_DATA_TYPE) {
        t.true(['BadInvalidArgument', 'BadNotSupported'].includes(statusCode.name), name);
      } else {
        t.is(statusCode, StatusCodes.BadInvalidArgument, name);
        t.is(inputArgumentResults?.[index]?.name, 'BadTypeMismatch', name);
      }
    }
  }
});

const isScalarMethod = ({ method }: Call): boolean =>
  method.getOutputArguments()[0]?.name === 'ReturnCode' && method.nodeId.namespace === INSTANCES_INDEX;

test.serial('the largest values of each type are refused in words, infinity and NaN too', async t => {
  for (const one of offered(t)) {
    const values = one.inputs.map(argument => extreme(t.context.space, argument));
    const numbers = values.map(each =>
      each.dataType === DataType.Double ? { ...each, value: Number.NaN } : each,
    );
    for (const given of [values, numbers]) {
      const result = await call(t, one, given);
      const name = `${one.name} ${result.statusCode.name}`;
      if (isScalarMethod(one)) {
        const hasText = given.some(({ dataType }) => dataType === DataType.String);
        t.is(result.statusCode, StatusCodes.Good, name);
        const expected = hasText ? returnCodes.InvalidArgument : returnCodes.NotFound;
        t.is(result.outputArguments?.[0]?.value, expected, name);
      } else t.notRegex(result.statusCode.name, unanswered, name);
    }
  }
});

test.serial('null means the default, and is never an internal error', async t => {
  for (const one of offered(t)) {
    const result = await call(
      t,
      one,
      one.inputs.map(() => ({ dataType: DataType.Null, value: null })),
    );
    const name = `${one.name} ${result.statusCode.name}`;
    t.notRegex(result.statusCode.name, unanswered, name);
    if (!isScalarMethod(one)) continue;
    t.is(result.statusCode, StatusCodes.Good, name);
    for (const { value } of result.outputArguments ?? []) t.not(value, null, name);
  }
  t.deepEqual(
    t.context.app.log.lines.filter(({ level }) => level === 'error'),
    [],
  );
});

test.serial('no method of the standard and of companions answers an internal error', async t => {
  const { space, session } = t.context;
  const methods = space.getNamespaceArray().flatMap((_, index) => methodsOf(nodesOf(space, index)));
  const calls = methods.flatMap(callsOf).filter(({ objectId }) => objectId.namespace !== INSTANCES_INDEX);
  t.true(calls.length > 400);
  for (const one of calls) {
    const executable = await session.read({ nodeId: one.methodId, attributeId: AttributeIds.Executable });
    for (const given of [[], one.inputs.map(() => ({ dataType: DataType.Null, value: null }))]) {
      const { statusCode } = await call(t, one, given);
      const name = `${one.name} ${given.length} ${statusCode.name}`;
      t.not(statusCode.name, 'BadInternalError', name);
      t.is(executable.value.value, one.method.isBound(), name);
      if (!one.method.isBound()) t.is(statusCode, StatusCodes.BadNotExecutable, name);
    }
  }
});
