import {
  type AddressSpace,
  type ISessionContext,
  type MethodFunctor,
  NodeClass,
  type UAMethod,
  type Variant,
} from 'node-opcua';
import { permissionsForMethod } from '../access/access-table.ts';
import type { ActorOfContext } from '../access/actor-of-context.ts';
import { type ModelMethodName, methodTable } from '../model-ids.ts';
import { type AnswerDeps, createAnswer } from './answer.ts';

const methodNames = Object.keys(methodTable) as readonly ModelMethodName[];

/** Binds every method of the model and lets the roles of the rights table call it. */
export const installMethods = (
  addressSpace: AddressSpace,
  deps: AnswerDeps,
  actorOf: ActorOfContext,
): void => {
  const answer = createAnswer(deps);
  for (const name of methodNames) {
    const node = addressSpace.findNode(methodTable[name].nodeId);
    if (node?.nodeClass !== NodeClass.Method) {
      throw new Error(`The nodeset has no method ${methodTable[name].nodeId}: run npm run model.`);
    }
    const method = node as UAMethod;
    method.setRolePermissions(permissionsForMethod(name));
    /** node-opcua tells an async function from a callback one by its two parameters. */
    const run: MethodFunctor = async (inputs: Variant[], context: ISessionContext) =>
      answer(name, actorOf(context), inputs);
    method.bindMethod(run);
  }
};
