import {
  AttributeIds,
  type ClientSession,
  coerceLocalizedText,
  coerceNodeId,
  DataType,
  type DateTime,
  type DTStructureDefinition,
  ExtensionObject,
  LocalizedText,
  NodeId,
  QualifiedName,
  resolveNodeId,
  StatusCode,
  Variant,
  VariantArrayType,
} from 'node-opcua';

type Fields = Readonly<Record<string, unknown>>;

/** node-opcua calls a field JobOrderID what others call it, except for the case of its first letter. */
const nameOf = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);

/** What JSON can say. A UInt64 is a pair of halves here. */
export const plain = (value: unknown, dataType?: DataType): unknown => {
  if (value === null || value === undefined) return null;
  if (value instanceof Variant) return plain(value.value, value.dataType);
  if (dataType === DataType.UInt64 && Array.isArray(value) && typeof value[0] === 'number') {
    return value[0] * 2 ** 32 + Number(value[1]);
  }
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (ArrayBuffer.isView(value)) return [...(value as unknown as Iterable<number>)];
  if (Array.isArray(value)) return value.map(one => plain(one));
  if (value instanceof Date) return value.toISOString();
  if (value instanceof LocalizedText) return value.text ?? null;
  if (value instanceof QualifiedName) return value.name;
  if (value instanceof NodeId) return value.namespace === 0 ? `i=${value.value}` : value.toString();
  if (value instanceof StatusCode) return value.name;
  if (value instanceof ExtensionObject) {
    const fields = Object.entries(value.toJSON() as object).map(([key]) => [
      nameOf(key),
      plain((value as unknown as Fields)[key]),
    ]);
    return Object.fromEntries(fields);
  }
  return value;
};

const structure = async (session: ClientSession, type: NodeId, value: Fields): Promise<ExtensionObject> => {
  const { value: definition } = (
    await session.read({ nodeId: type, attributeId: AttributeIds.DataTypeDefinition })
  ).value as { value: DTStructureDefinition };
  const fields: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(value)) {
    const field = definition.fields?.find(one => one.name === name);
    if (field === undefined) throw new Error(`${type.toString()} has no field ${name}`);
    const key = /^[A-Z]{2}/.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);
    fields[key] = await fieldOf(session, field.dataType, given);
  }
  return session.constructExtensionObject(type, fields);
};

const fieldOf = async (session: ClientSession, type: NodeId, given: unknown): Promise<unknown> => {
  if (Array.isArray(given)) return Promise.all(given.map(one => fieldOf(session, type, one)));
  if (type.namespace === 0 && type.value === DataType.LocalizedText)
    return coerceLocalizedText(String(given));
  if (type.namespace === 0 && type.value === 24) return variantOf(given);
  // The structures of namespace 0 are classes of node-opcua's own: an empty path is the only one that is ever given.
  if (type.namespace === 0) return typeof given === 'object' ? undefined : given;
  return typeof given === 'object' && given !== null ? structure(session, type, given as Fields) : given;
};

/** Text, truth and numbers as what they are in JSON; others as {"type": "Int32", "value": 1}. */
const variantOf = (given: unknown): Variant => {
  if (typeof given === 'object' && given !== null) {
    const { type, value } = given as { readonly type: keyof typeof DataType; readonly value: unknown };
    return new Variant({ dataType: DataType[type], value });
  }
  if (typeof given === 'boolean') return new Variant({ dataType: DataType.Boolean, value: given });
  if (typeof given === 'number') return new Variant({ dataType: DataType.Double, value: given });
  return new Variant({ dataType: DataType.String, value: given });
};

const scalarOf = (type: DataType, given: unknown): unknown => {
  if (given === null || given === undefined) return null;
  if (type === DataType.LocalizedText) return coerceLocalizedText(String(given));
  if (type === DataType.ByteString) return Buffer.from(String(given), 'base64');
  if (type === DataType.NodeId) return coerceNodeId(String(given));
  if (type === DataType.DateTime) return new Date(String(given)) as DateTime;
  return given;
};

/** A value for an argument or a variable, as its data type says. */
export const argumentOf = async (session: ClientSession, type: NodeId, given: unknown): Promise<Variant> => {
  const arrayType = Array.isArray(given) ? VariantArrayType.Array : VariantArrayType.Scalar;
  if (type.namespace !== 0) {
    const value = await fieldOf(session, type, given);
    return new Variant({ dataType: DataType.ExtensionObject, arrayType, value });
  }
  const dataType = Number(type.value) as DataType;
  if (dataType === (24 as DataType)) return variantOf(given);
  const value = Array.isArray(given) ? given.map(one => scalarOf(dataType, one)) : scalarOf(dataType, given);
  return new Variant({ dataType, arrayType, value });
};

export const typeOf = (name: string): NodeId => resolveNodeId(DataType[name as keyof typeof DataType]);
