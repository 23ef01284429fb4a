import { DataType, DataValue, type StatusCode, StatusCodes, Variant } from 'node-opcua-client';
import type { CentralValue, Quality } from './layout.ts';

const statusOf: Readonly<Record<Quality, StatusCode>> = {
  good: StatusCodes.Good,
  uncertain: StatusCodes.UncertainLastUsableValue,
  unsaid: StatusCodes.BadNoData,
  bad: StatusCodes.BadNoCommunication,
};

const integerRanges: ReadonlyMap<DataType, readonly [number, number]> = new Map([
  [DataType.SByte, [-128, 127]],
  [DataType.Byte, [0, 255]],
  [DataType.Int16, [-32_768, 32_767]],
  [DataType.UInt16, [0, 65_535]],
  [DataType.Int32, [-2_147_483_648, 2_147_483_647]],
  [DataType.UInt32, [0, 4_294_967_295]],
]);

/** What our own values are when the server's variable takes any type (BaseDataType, Number). */
const ownType = (value: CentralValue['value']): DataType => {
  if (typeof value === 'string') return DataType.String;
  return typeof value === 'number' ? DataType.Double : DataType.DateTime;
};

const abstractTypes: readonly DataType[] = [DataType.Variant, DataType.Null];

/** The value as the variable's own type: writing a Double to a Float is a BadTypeMismatch. */
const variantOf = (value: CentralValue['value'], declared: DataType): Variant | undefined => {
  const dataType = abstractTypes.includes(declared) ? ownType(value) : declared;
  if (dataType === DataType.String) {
    return new Variant({ dataType, value: value instanceof Date ? value.toISOString() : String(value) });
  }
  if (dataType === DataType.DateTime) {
    return value instanceof Date ? new Variant({ dataType, value }) : undefined;
  }
  if (typeof value !== 'number') return undefined;
  if (dataType === DataType.Float || dataType === DataType.Double) return new Variant({ dataType, value });
  const range = integerRanges.get(dataType);
  if (range === undefined) return undefined;
  const whole = Number.isNaN(value) ? 0 : Math.round(value);
  return new Variant({ dataType, value: Math.min(range[1], Math.max(range[0], whole)) });
};

/**
 * @param valueOnly for a server that takes neither status nor timestamps: what is not good is then told as NaN or
 *   '', never as a stale value that looks good
 * @returns undefined when the value cannot be told in the variable's type
 */
export const dataValueOf = (
  { value, quality, time }: CentralValue,
  declared: DataType,
  valueOnly: boolean,
): DataValue | undefined => {
  const hidden = valueOnly && quality !== 'good' && !(value instanceof Date);
  const told = hidden ? (typeof value === 'number' ? Number.NaN : '') : value;
  const variant = variantOf(told, declared);
  if (variant === undefined) return undefined;
  if (valueOnly) return new DataValue({ value: variant, statusCode: StatusCodes.Good });
  return new DataValue({ value: variant, statusCode: statusOf[quality], sourceTimestamp: time });
};
