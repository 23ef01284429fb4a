import {
  type AddressSpace,
  DataType,
  LocalizedText,
  type NodeId,
  StatusCodes,
  type UAObject,
  type UAObjectType,
  type UAVariable,
  Variant,
} from 'node-opcua';
import {
  addObject,
  addVariable,
  type DeclaredObject,
  declareObject,
  declareVariable,
} from '../../nodes/add-nodes.ts';
import { MACHINERY_INDEX, machineryIds } from '../namespaces.ts';
import { type ItemState, itemStates, type OperationMode, operationModes } from './machine-state.ts';

const currentState = declareVariable(
  0,
  'CurrentState',
  DataType.LocalizedText,
  'The state in which it is now.',
  'FiniteStateVariableType',
);
const id = declareVariable(0, 'Id', DataType.NodeId, 'Node of the state, in the type of the state machine.');
const number = declareVariable(0, 'Number', DataType.UInt32, 'Number of the state.');

interface StateValues {
  readonly text: Variant;
  readonly id: Variant;
  readonly number: Variant;
}

const stateNode = (addressSpace: AddressSpace, typeId: string, state: string): NodeId => {
  const type = addressSpace.findNode(typeId) as UAObjectType | null;
  const node = type?.getComponentByName(state, MACHINERY_INDEX);
  if (!node) throw new Error(`The state machine ${typeId} has no state ${state}.`);
  return node.nodeId;
};

/** One set of values for all machines. */
const valuesOf = <State extends string>(
  addressSpace: AddressSpace,
  typeId: string,
  states: readonly State[],
): ReadonlyMap<State, StateValues> =>
  new Map(
    states.map((state, index) => [
      state,
      {
        text: new Variant({
          dataType: DataType.LocalizedText,
          value: new LocalizedText({ locale: 'en', text: state }),
        }),
        id: new Variant({ dataType: DataType.NodeId, value: stateNode(addressSpace, typeId, state) }),
        number: new Variant({ dataType: DataType.UInt32, value: index }),
      },
    ]),
  );

/** An instance's variables; the states themselves stand in the type (OPC 10000-16, 4.4.8). */
export interface StateMachine<State extends string> {
  readonly object: UAObject;
  readonly text: UAVariable;
  readonly id: UAVariable;
  readonly number: UAVariable;
  state: State | undefined;
}

export interface StateMachines<State extends string> {
  /** As an add-in of the building blocks. */
  add(blocks: UAObject): StateMachine<State>;
  write(machine: StateMachine<State>, state: State, time: Date): void;
}

const createStateMachines = <State extends string>(
  addressSpace: AddressSpace,
  declaration: DeclaredObject,
  states: readonly State[],
): StateMachines<State> => {
  const values = valuesOf(addressSpace, declaration.type, states);
  return {
    add(blocks) {
      const object = addObject(addressSpace, blocks, 'HasAddIn', declaration);
      const text = addVariable(addressSpace, object, currentState);
      return {
        object,
        text,
        id: addVariable(addressSpace, text, id),
        number: addVariable(addressSpace, text, number),
        state: undefined,
      };
    },
    write(machine, state, time) {
      const value = values.get(state);
      if (machine.state === state || value === undefined) return;
      machine.state = state;
      machine.id.setValueFromSource(value.id, StatusCodes.Good, time);
      machine.number.setValueFromSource(value.number, StatusCodes.Good, time);
      machine.text.setValueFromSource(value.text, StatusCodes.Good, time);
    },
  };
};

export const createItemStates = (addressSpace: AddressSpace): StateMachines<ItemState> =>
  createStateMachines(
    addressSpace,
    declareObject(
      MACHINERY_INDEX,
      'MachineryItemState',
      machineryIds.MachineryItemState_StateMachineType,
      'Whether the machine is available and does something.',
    ),
    itemStates,
  );

export const createOperationModes = (addressSpace: AddressSpace): StateMachines<OperationMode> =>
  createStateMachines(
    addressSpace,
    declareObject(
      MACHINERY_INDEX,
      'MachineryOperationMode',
      machineryIds.MachineryOperationModeStateMachineType,
      'What the machine is meant to do.',
    ),
    operationModes,
  );
