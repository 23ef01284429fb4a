import {
  type AddressSpace,
  DataType,
  StatusCodes,
  type UAObject,
  type UAVariable,
  Variant,
} from 'node-opcua';
import { addObject, addVariable, declareObject, declareVariable } from '../../nodes/add-nodes.ts';
import { DI_INDEX, machineryIds } from '../namespaces.ts';

const declaration = declareObject(
  DI_INDEX,
  'OperationCounters',
  machineryIds.MachineryOperationCounterType,
  'How much the machine has done since this server follows it.',
);
const duration = declareVariable(
  DI_INDEX,
  'OperationDuration',
  'Duration',
  'Time that it has printed, without pauses, in ms; never smaller than before.',
);
const cycles = declareVariable(
  DI_INDEX,
  'OperationCycleCounter',
  DataType.UInt32,
  'Prints that were begun, also at the machine itself; never smaller than before.',
);

export interface OperationCounters {
  readonly duration: UAVariable;
  readonly cycles: UAVariable;
  shownDuration: number;
  shownCycles: number;
}

/** As an add-in of the building blocks, and directly on the machine for clients that know OPC 10000-100 alone. */
export const addOperationCounters = (
  addressSpace: AddressSpace,
  machine: UAObject,
  blocks: UAObject,
): OperationCounters => {
  const object = addObject(addressSpace, blocks, 'HasAddIn', declaration);
  machine.addReference({ referenceType: 'HasAddIn', nodeId: object.nodeId });
  return {
    duration: addVariable(addressSpace, object, duration),
    cycles: addVariable(addressSpace, object, cycles),
    shownDuration: -1,
    shownCycles: -1,
  };
};

/** ms: who watches the counter is told once a minute while it runs (OPC 10000-100, 4.5.5). */
const STEP = 60_000;

const double = (value: number): Variant => new Variant({ dataType: DataType.Double, value });

/**
 * @param value in ms; undefined while nobody can say: then it is Bad, or stays as it was shown
 * @param runs a step that is too small is not told yet
 */
export const writeDuration = (
  counters: OperationCounters,
  value: number | undefined,
  time: Date,
  runs: boolean,
): void => {
  const { duration: node, shownDuration: shown } = counters;
  if (value === undefined) {
    if (shown < 0) node.setValueFromSource(double(0), StatusCodes.BadWaitingForInitialData, time);
    return;
  }
  if (shown >= 0 && value - shown < (runs ? STEP : 1)) return;
  counters.shownDuration = value;
  node.setValueFromSource(double(value), StatusCodes.Good, time);
};

export const writeCycles = (counters: OperationCounters, value: number, time: Date): void => {
  if (value <= counters.shownCycles) return;
  counters.shownCycles = value;
  counters.cycles.setValueFromSource(
    new Variant({ dataType: DataType.UInt32, value: value >>> 0 }),
    StatusCodes.Good,
    time,
  );
};
