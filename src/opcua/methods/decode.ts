import type { Variant } from 'node-opcua';
import { Refusal } from '../../domain/refusal.ts';
import type { ArgumentDefinition, ArgumentType } from './arguments.ts';

/** Names, ids and places; a reason may be a sentence. */
const MAX_LENGTH = 80;
const LONGER: Readonly<Record<string, number>> = { Reason: 200, File: 200, Owner: 100 };

/** C0, DEL, C1, and the line and paragraph separators. */
const controlCharacter = /[\p{Cc}\u2028\u2029]/u;

const text = (name: string, value: unknown): string => {
  if (typeof value !== 'string') throw new Refusal('InvalidArgument', `${name} must be a String.`);
  const limit = LONGER[name] ?? MAX_LENGTH;
  if (value.length > limit) {
    throw new Refusal(
      'InvalidArgument',
      `${name} is ${value.length} characters long; at most ${limit} are allowed.`,
    );
  }
  if (controlCharacter.test(value)) {
    throw new Refusal('InvalidArgument', `${name} contains control characters: remove them.`);
  }
  return value.trim();
};

const whole = (name: string, value: unknown, type: ArgumentType): number => {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new Refusal('InvalidArgument', `${name} must be a ${type}.`);
  }
  return value;
};

const truth = (name: string, value: unknown): boolean => {
  if (typeof value !== 'boolean') throw new Refusal('InvalidArgument', `${name} must be a Boolean.`);
  return value;
};

const defaults = { String: '', Boolean: false, Int32: 0, UInt32: 0, Double: 0 } as const;
export const defaultOf = ({ dataType, array }: ArgumentDefinition) => (array ? [] : defaults[dataType]);

const decodeOne = ({ name, dataType, array }: ArgumentDefinition, value: unknown) => {
  if (array) throw new Error(`No method takes an array, but ${name} is one.`);
  if (value === null || value === undefined) return defaults[dataType];
  if (dataType === 'String') return text(name, value);
  if (dataType === 'Boolean') return truth(name, value);
  if (dataType === 'Double') {
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new Refusal('InvalidArgument', `${name} must be a finite Double.`);
  }
  return whole(name, value, dataType);
};

/**
 * Null means the default. The types were checked against the declared arguments before.
 * @throws Refusal InvalidArgument naming the argument and what is wrong with it
 */
export const decode = (
  definitions: readonly ArgumentDefinition[],
  variants: readonly Pick<Variant, 'value'>[],
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    definitions.map((definition, index) => [definition.name, decodeOne(definition, variants[index]?.value)]),
  );
