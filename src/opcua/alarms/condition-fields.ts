import { type AddressSpace, NodeClass, type UAObject, type UAObjectType, type UAVariable } from 'node-opcua';

/** The variables that a type of condition and its supertypes declare, by path: `EnabledState.Id`. */
export type ConditionFields = ReadonlyMap<string, UAVariable>;

/** ShelvingState.CurrentState.Id */
const DEEPEST = 3;

const collect = (
  node: UAObjectType | UAObject | UAVariable,
  prefix: string,
  depth: number,
  fields: Map<string, UAVariable>,
): void => {
  for (const reference of ['HasProperty', 'HasComponent']) {
    for (const child of node.findReferencesExAsObject(reference)) {
      const path = `${prefix}${child.browseName.name ?? ''}`;
      if (child.nodeClass === NodeClass.Variable && !fields.has(path)) fields.set(path, child as UAVariable);
      if (child.nodeClass !== NodeClass.Method && depth < DEEPEST) {
        collect(child as UAObject | UAVariable, `${path}.`, depth + 1, fields);
      }
    }
  }
};

/** Read once for each type. */
export const createConditionFields = (addressSpace: AddressSpace): ((type: string) => ConditionFields) => {
  const known = new Map<string, ConditionFields>();
  return type => {
    const before = known.get(type);
    if (before !== undefined) return before;
    const fields = new Map<string, UAVariable>();
    for (
      let node = addressSpace.findNode(type) as UAObjectType | null;
      node !== null && node.browseName.name !== 'BaseObjectType';
      node = node.subtypeOfObj
    ) {
      collect(node, '', 1, fields);
    }
    known.set(type, fields);
    return fields;
  };
};
