import type { NodeClassName } from './ids.ts';

/** A node as UANodeSet.xsd writes it down, with its id in the indices of the file. */
export interface UaNode {
  readonly nodeClass: NodeClassName;
  readonly nodeId: string;
  /** `1:Name` */
  readonly browseName: string;
  readonly displayName: string;
  readonly description: string;
  readonly parent?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly references: readonly UaReference[];
  /** XML after the references: a Value or a Definition. */
  readonly content?: string;
}

export interface UaReference {
  readonly type: ReferenceName;
  readonly target: string;
  readonly forward: boolean;
}

export const referenceIds = {
  Organizes: 'i=35',
  HasModellingRule: 'i=37',
  HasTypeDefinition: 'i=40',
  GeneratesEvent: 'i=41',
  HasSubtype: 'i=45',
  HasProperty: 'i=46',
  HasComponent: 'i=47',
  HasNotifier: 'i=48',
} as const;
export type ReferenceName = keyof typeof referenceIds;

/** Standard nodes that the model leans on (OPC 10000-5). */
export const standard = {
  BaseDataVariableType: 'i=63',
  PropertyType: 'i=68',
  AnalogItemType: 'i=2368',
  BaseObjectType: 'i=58',
  BaseEventType: 'i=2041',
  Enumeration: 'i=29',
  Mandatory: 'i=78',
  OptionalPlaceholder: 'i=11508',
  ObjectsFolder: 'i=85',
  Server: 'i=2253',
  Range: 'i=884',
  EUInformation: 'i=887',
  Argument: 'i=296',
  EnumValueType: 'i=7594',
  LocalizedText: 'i=21',
} as const;

export const scalarIds: Readonly<Record<string, string>> = {
  Boolean: 'i=1',
  Int32: 'i=6',
  UInt32: 'i=7',
  Double: 'i=11',
  String: 'i=12',
  DateTime: 'i=13',
};

export const to = (type: ReferenceName, target: string): UaReference => ({ type, target, forward: true });
export const from = (type: ReferenceName, target: string): UaReference => ({ type, target, forward: false });
