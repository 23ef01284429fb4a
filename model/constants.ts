import { type AssembledModel, objectTypes } from './assemble.ts';
import type { ArgumentElement } from './elements.ts';
import { enumerations } from './enumerations.ts';
import { eventTypes } from './events.ts';
import { methods } from './methods.ts';
import { INSTANCES_INDEX, model, TYPES_INDEX } from './version.ts';

const argumentLines = (list: readonly ArgumentElement[]): string =>
  list
    .map(
      ({ name, dataType, array }) => `      { name: '${name}', dataType: '${dataType}', array: ${array} },`,
    )
    .join('\n');

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

/** Source of src/opcua/model-ids.ts: what the server needs to find and bind what the nodeset brought. */
export const writeConstants = ({ ids }: AssembledModel): string => {
  const typeIds = new Map(ids.map(({ symbol, id }) => [symbol, id]));
  const types = [...enumerations, ...eventTypes, ...objectTypes].map(
    ({ name }) => `  ${name}: 'ns=${TYPES_INDEX};i=${typeIds.get(name)}',`,
  );
  const instances = ids
    .filter(
      ({ id, nodeClass }) => typeof id === 'string' && (nodeClass === 'Object' || nodeClass === 'Variable'),
    )
    .filter(({ symbol }) => !symbol.includes('.'))
    .map(({ symbol }) => `  '${symbol}': 'ns=${INSTANCES_INDEX};s=${symbol}',`.replace(/'(\w+)':/, '$1:'));
  return `// Generated from model/ by "npm run model": do not edit.

export const TYPES_URI = '${model.typesUri}';
export const INSTANCES_URI = '${model.instancesUri}';
/** Clients are configured by index: 2 and 3 for good, 1 being the server's own. */
export const TYPES_INDEX = ${TYPES_INDEX};
export const INSTANCES_INDEX = ${INSTANCES_INDEX};

export const typeIds = {
${types.join('\n')}
} as const;

export const instanceIds = {
${instances.join('\n')}
} as const;

/** Declared arguments, in order: ReturnCode and Message are the first outputs of each. */
export const methodTable = {
${methods
  .map(
    ({ name, object, description, inputs, outputs }) => `  ${name}: {
    object: '${object}',
    description: ${quoted(description)},
    nodeId: 'ns=${INSTANCES_INDEX};s=${object}.${name}',
    inputs: [
${argumentLines(inputs)}
    ],
    outputs: [
${argumentLines(outputs)}
    ],
  },`,
  )
  .join('\n')}
} as const;

export type ModelMethodName = keyof typeof methodTable;
`;
};
