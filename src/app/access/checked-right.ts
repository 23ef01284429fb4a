import type { Actor } from '../../domain/account.ts';
import { Refusal } from '../../domain/refusal.ts';
import { type ActionName, type Right, rightOf } from '../../domain/rights.ts';

/** @throws Refusal NotPermitted when the role may never call it (transports say so before) */
export const checkedRight = (actor: Actor, method: ActionName): Exclude<Right, 'none'> => {
  const right = rightOf(method, actor.role);
  if (right === 'none') throw new Refusal('NotPermitted', `The role ${actor.role} may not call ${method}.`);
  return right;
};
