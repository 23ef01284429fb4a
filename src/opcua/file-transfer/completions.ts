import {
  type AddressSpace,
  DataType,
  LocalizedText,
  type NodeId,
  resolveNodeId,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import { setAccess } from '../access/access-table.ts';
import { INSTANCES_INDEX } from '../model-ids.ts';
import { addVariable, declareVariable } from '../nodes/add-nodes.ts';
import { removeWithoutMethods } from './file-nodes.ts';
import { type CompletionState, completionIds } from './ids.ts';

const currentState = declareVariable(
  0,
  'CurrentState',
  DataType.LocalizedText,
  'ApplyWrite while the file is checked and stored, Idle once it is there, Error when it was refused.',
  'FiniteStateVariableType',
);
const stateId = declareVariable(0, 'Id', DataType.NodeId, 'Node of the state, in the type.');

interface Completion {
  readonly object: UAObject;
  readonly accountId: string;
  readonly text: UAVariable;
  readonly id: UAVariable;
  state: CompletionState;
}

/** What becomes of files whose check takes longer than an answer may: FileTransferStateMachineType. */
export interface Completions {
  /** @returns the node that tells what becomes of it */
  follow(fileId: string, accountId: string, stored: Promise<unknown>): NodeId;
  /** False when it is none of that account's in state Error; otherwise it goes. */
  reset(objectId: string, accountId: string): boolean;
  clear(): void;
}

/** Kept at most, the newest: what a client does not ask for soon it learns from SubmitJob. */
const MAX_KEPT = 100;

export const createCompletions = (addressSpace: AddressSpace): Completions => {
  const kept = new Map<string, Completion>();

  const write = (completion: Completion, state: CompletionState): void => {
    completion.state = state;
    const { text, id } = completion;
    id.setValueFromSource({
      dataType: DataType.NodeId,
      value: resolveNodeId(completionIds.states[state]),
    });
    text.setValueFromSource({
      dataType: DataType.LocalizedText,
      value: new LocalizedText({ locale: 'en', text: state }),
    });
  };

  const drop = (key: string): void => {
    const completion = kept.get(key);
    if (completion === undefined) return;
    kept.delete(key);
    removeWithoutMethods(addressSpace, completion.object, [completionIds.Reset]);
  };

  return {
    follow(fileId, accountId, stored) {
      const object = addressSpace.getNamespace(INSTANCES_INDEX).addObject({
        nodeId: `ns=${INSTANCES_INDEX};s=${fileId}/Completion`,
        browseName: { name: 'Completion', namespaceIndex: INSTANCES_INDEX },
        description: 'What becomes of a file that was sent.',
        typeDefinition: completionIds.type,
      });
      setAccess(object, 'accounts');
      object.addReference({ referenceType: 'HasComponent', nodeId: completionIds.Reset });
      const text = addVariable(addressSpace, object, currentState);
      const id = addVariable(addressSpace, text, stateId);
      for (const node of [text, id]) setAccess(node, 'accounts');
      const completion: Completion = { object, accountId, text, id, state: 'ApplyWrite' };
      const key = object.nodeId.toString();
      kept.set(key, completion);
      write(completion, 'ApplyWrite');
      const settle = (state: CompletionState) => (): void => {
        if (kept.get(key) === completion) write(completion, state);
      };
      stored.then(settle('Idle'), settle('Error'));
      const [oldest] = kept.keys();
      if (kept.size > MAX_KEPT && oldest !== undefined) drop(oldest);
      return object.nodeId;
    },
    reset(objectId, accountId) {
      const completion = kept.get(objectId);
      if (completion?.state !== 'Error' || completion.accountId !== accountId) return false;
      drop(objectId);
      return true;
    },
    clear() {
      for (const key of [...kept.keys()]) drop(key);
    },
  };
};
