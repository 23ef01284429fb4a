import { DataType, VariantArrayType, type VariantOptions } from 'node-opcua';
import { asciiText } from '../../domain/ascii-text.ts';
import { type ReturnCodeName, returnCodes } from '../../domain/refusal.ts';
import { shortText } from '../short-text.ts';
import type { ArgumentDefinition } from './arguments.ts';
import { defaultOf } from './decode.ts';

/** Sentences rather than names. */
const sentences: readonly string[] = ['Message', 'WaitingReason'];

const plain = (name: string, value: string): string =>
  sentences.includes(name) ? asciiText(value) : shortText(value);

const encodeOne = (definition: ArgumentDefinition, given: unknown): VariantOptions => {
  const value = given ?? defaultOf(definition);
  return {
    dataType: DataType[definition.dataType],
    arrayType: definition.array ? VariantArrayType.Array : VariantArrayType.Scalar,
    value: typeof value === 'string' ? plain(definition.name, value) : value,
  };
};

/** The declared outputs, never null: what is not given has the default of its type. */
export const encode = (
  definitions: readonly ArgumentDefinition[],
  code: ReturnCodeName,
  message: string,
  values: Readonly<Record<string, unknown>>,
): VariantOptions[] => {
  const all: Readonly<Record<string, unknown>> = {
    ...values,
    ReturnCode: returnCodes[code],
    Message: message,
  };
  return definitions.map(definition => encodeOne(definition, all[definition.name]));
};
