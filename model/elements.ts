/** The vocabulary in which the model is written down. */

/** What PLC blocks bear (S7, CODESYS, Kepware map nothing else without effort). */
export type Scalar = 'Boolean' | 'Int32' | 'UInt32' | 'Double' | 'String' | 'DateTime';

export interface Unit {
  /** UNECE Recommendation 20 common code as OPC 10000-8, 5.6.4 turns it into a number. */
  readonly id: number;
  readonly symbol: string;
  readonly name: string;
}

const unit = (code: string, symbol: string, name: string): Unit => ({
  id: [...code].reduce((sum, letter) => sum * 256 + letter.charCodeAt(0), 0),
  symbol,
  name,
});

export const units = {
  celsius: unit('CEL', '°C', 'degree Celsius'),
  percent: unit('P1', '%', 'percent'),
  second: unit('SEC', 's', 'second'),
  millimetre: unit('MMT', 'mm', 'millimetre'),
} as const;

export interface VariableElement {
  readonly kind: 'variable';
  readonly name: string;
  /** A scalar's name or an enumeration's. */
  readonly dataType: string;
  readonly description: string;
  /** Makes it an AnalogItemType with EngineeringUnits and EURange. */
  readonly unit?: Unit;
  readonly range?: readonly [low: number, high: number];
}

export interface ObjectElement {
  readonly kind: 'object';
  readonly name: string;
  readonly description: string;
  /** Of this model, or BaseObjectType. */
  readonly type?: string;
  readonly members: readonly Member[];
}

/** Stands for the instances that the server makes: `<Printer>`. */
export interface PlaceholderElement {
  readonly kind: 'placeholder';
  readonly name: string;
  readonly description: string;
  readonly type: string;
}

export type Member = VariableElement | ObjectElement | PlaceholderElement;

export interface ObjectTypeElement {
  readonly name: string;
  readonly description: string;
  readonly members: readonly Member[];
  /** Bit 0: its instances are event notifiers. */
  readonly notifier?: boolean;
  readonly generates?: string;
}

export interface EventTypeElement {
  readonly name: string;
  readonly description: string;
  readonly fields: readonly VariableElement[];
}

export interface EnumerationElement {
  readonly name: string;
  readonly description: string;
  readonly values: readonly { readonly name: string; readonly value: number; readonly description: string }[];
}

export interface ArgumentElement {
  readonly name: string;
  readonly dataType: Exclude<Scalar, 'DateTime'>;
  readonly array: boolean;
  readonly description: string;
}

export interface MethodElement {
  readonly name: string;
  readonly object: 'Jobs' | 'Printers' | 'Orders';
  readonly description: string;
  readonly inputs: readonly ArgumentElement[];
  /** ReturnCode and Message come first. */
  readonly outputs: readonly ArgumentElement[];
}

export const variable = (name: string, dataType: string, description: string): VariableElement => ({
  kind: 'variable',
  name,
  dataType,
  description,
});

export const quantity = (
  name: string,
  unitOfIt: Unit,
  range: readonly [number, number],
  description: string,
): VariableElement => ({ kind: 'variable', name, dataType: 'Double', description, unit: unitOfIt, range });

export const object = (name: string, description: string, members: readonly Member[]): ObjectElement => ({
  kind: 'object',
  name,
  description,
  members,
});

export const argument = (
  name: string,
  dataType: ArgumentElement['dataType'],
  description: string,
  array = false,
): ArgumentElement => ({ name, dataType, array, description });
