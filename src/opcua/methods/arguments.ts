import type { ModelMethodName, methodTable } from '../model-ids.ts';

/** TypeScript's side of the data types that methods use. */
interface Values {
  String: string;
  Boolean: boolean;
  Int32: number;
  UInt32: number;
  Double: number;
}
export type ArgumentType = keyof Values;

export interface ArgumentDefinition {
  readonly name: string;
  readonly dataType: ArgumentType;
  readonly array: boolean;
}

type ValueOf<A extends ArgumentDefinition> = A['array'] extends true
  ? readonly Values[A['dataType']][]
  : Values[A['dataType']];

type ValuesOf<Definitions extends readonly ArgumentDefinition[]> = {
  readonly [A in Definitions[number] as A['name']]: ValueOf<A>;
};

export type Inputs<M extends ModelMethodName> = ValuesOf<(typeof methodTable)[M]['inputs']>;
/** Beside ReturnCode and Message, which every method has. */
export type Outputs<M extends ModelMethodName> = Omit<
  ValuesOf<(typeof methodTable)[M]['outputs']>,
  'ReturnCode' | 'Message'
>;
