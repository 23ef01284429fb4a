import {
  type AddressSpace,
  type BaseNode,
  type DataValue,
  type LocalizedText,
  type Namespace,
  NodeClass,
  NodeId,
  NodeIdType,
  type QualifiedName,
  type UAObject,
  type UAObjectType,
  type UAVariable,
} from 'node-opcua';

/** One node of a type as its instances have it. */
interface PartBase {
  readonly browseName: QualifiedName;
  readonly displayName: LocalizedText;
  readonly description: LocalizedText;
  readonly parts: readonly Part[];
}

interface ObjectPart extends PartBase {
  readonly kind: 'object';
  readonly typeDefinition: NodeId;
}

interface VariablePart extends PartBase {
  readonly kind: 'variable' | 'property';
  readonly typeDefinition: NodeId;
  readonly dataType: NodeId;
  readonly valueRank: number;
  readonly arrayDimensions: number[] | null;
  readonly minimumSamplingInterval: number;
  /** What the type says; of properties it is each instance's. */
  readonly value: DataValue;
}

type Part = ObjectPart | VariablePart;

/** What every instance of a type gets, found once. */
export interface Blueprint {
  readonly typeDefinition: NodeId;
  readonly parts: readonly Part[];
}

const textsOf = ({ browseName, displayName, description }: BaseNode) => {
  const [text] = displayName;
  if (text === undefined) throw new Error(`${browseName.name} has no display name.`);
  return { browseName, displayName: text, description };
};

const objectPart = (node: UAObject): ObjectPart => ({
  ...textsOf(node),
  kind: 'object',
  typeDefinition: node.typeDefinition,
  parts: partsOf(node),
});

const variablePart = (node: UAVariable, kind: VariablePart['kind']): VariablePart => ({
  ...textsOf(node),
  kind,
  typeDefinition: node.typeDefinition,
  dataType: node.dataType,
  valueRank: node.valueRank,
  arrayDimensions: node.arrayDimensions,
  minimumSamplingInterval: node.minimumSamplingInterval,
  value: node.readValue(),
  parts: partsOf(node),
});

const partsOf = (node: BaseNode): readonly Part[] => {
  const parts: Part[] = [];
  for (const [reference, kind] of [
    ['HasComponent', 'variable'],
    ['HasProperty', 'property'],
  ] as const) {
    for (const child of node.findReferencesExAsObject(reference)) {
      if (child.nodeClass === NodeClass.Variable) parts.push(variablePart(child as UAVariable, kind));
      else if (child.nodeClass === NodeClass.Object) parts.push(objectPart(child as UAObject));
      else throw new Error(`${node.browseName.name} has a ${NodeClass[child.nodeClass]}: not foreseen.`);
    }
  }
  return parts;
};

const blueprints = new WeakMap<AddressSpace, Map<string, Blueprint>>();

/** @throws Error when the nodeset has no such type */
export const blueprintOf = (addressSpace: AddressSpace, typeId: string): Blueprint => {
  const known = blueprints.get(addressSpace) ?? new Map<string, Blueprint>();
  blueprints.set(addressSpace, known);
  const found = known.get(typeId);
  if (found !== undefined) return found;
  const type = addressSpace.findNode(typeId) as UAObjectType | null;
  if (type === null) throw new Error(`The nodeset has no type ${typeId}.`);
  const blueprint = { typeDefinition: type.nodeId, parts: partsOf(type) };
  known.set(typeId, blueprint);
  return blueprint;
};

type Texts = Pick<PartBase, 'browseName' | 'displayName' | 'description'> & { readonly nodeId: NodeId };

const addObject = (
  namespace: Namespace,
  componentOf: BaseNode,
  texts: Texts,
  { typeDefinition }: ObjectPart,
): UAObject => namespace.addObject({ ...texts, typeDefinition, componentOf });

const addVariable = (
  namespace: Namespace,
  parent: BaseNode,
  texts: Texts,
  {
    kind,
    typeDefinition,
    dataType,
    valueRank,
    arrayDimensions,
    minimumSamplingInterval,
    value,
  }: VariablePart,
): UAVariable => {
  const variable = namespace.addVariable({
    accessLevel: 'CurrentRead',
    ...texts,
    dataType,
    valueRank,
    arrayDimensions,
    minimumSamplingInterval,
    ...(kind === 'property' ? { propertyOf: parent } : { componentOf: parent, typeDefinition }),
  });
  if (kind === 'property') {
    variable.setValueFromSource(value.value, value.statusCode, value.sourceTimestamp ?? undefined);
  }
  return variable;
};

export interface Added {
  /** Below the instance: Bed/Clear. */
  readonly path: string;
  readonly node: UAObject | UAVariable;
  readonly kind: Part['kind'];
}

/** Adds the parts below an object, with ids such as Printers/Printer1/Bed/Clear, and tells of each. */
export const addParts = (
  parent: UAObject | UAVariable,
  parts: readonly Part[],
  told: (added: Added) => void,
  below = '',
): void => {
  const namespace = parent.namespace as Namespace;
  for (const part of parts) {
    const name = part.browseName.name ?? '';
    const path = `${below}${name}`;
    const options = {
      nodeId: new NodeId(NodeIdType.STRING, `${parent.nodeId.value}/${name}`, parent.nodeId.namespace),
      browseName: part.browseName,
      displayName: part.displayName,
      description: part.description,
    };
    const node =
      part.kind === 'object'
        ? addObject(namespace, parent, options, part)
        : addVariable(namespace, parent, options, part);
    told({ path, node, kind: part.kind });
    addParts(node, part.parts, told, `${path}/`);
  }
};
