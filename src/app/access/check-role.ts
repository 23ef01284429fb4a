import type { Actor, Role } from '../../domain/account.ts';
import { Refusal } from '../../domain/refusal.ts';

/** @throws Refusal NotPermitted */
export const checkRole = (actor: Actor, allowed: readonly Role[], what: string): void => {
  if (!allowed.includes(actor.role)) {
    throw new Refusal('NotPermitted', `Only ${allowed.join(' or ')} may ${what}.`);
  }
};
