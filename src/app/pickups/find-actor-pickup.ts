import type { Actor } from '../../domain/account.ts';
import type { Bed } from '../../domain/bed.ts';
import type { Pickup } from '../../domain/pickup.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { MethodName } from '../../domain/rights.ts';
import { checkedRight } from '../access/checked-right.ts';
import type { Transaction } from '../ports.ts';
import { printerRow } from '../printers/find-printer.ts';

/** The pick-up, for whoever began it and for staff. @throws Refusal NotFound, NotPermitted */
export const findActorPickup = async (
  tx: Transaction,
  actor: Actor,
  method: MethodName,
  pickupId: number,
): Promise<Pickup> => {
  const right = checkedRight(actor, method);
  const pickup = Number.isInteger(pickupId) && pickupId > 0 ? await tx.get('pickups', pickupId) : undefined;
  if (pickup === undefined) throw new Refusal('NotFound', `There is no pick-up ${pickupId}.`);
  if (right === 'own' && pickup.account !== actor.accountId) {
    throw new Refusal('NotPermitted', `Pick-up ${pickupId} was begun by another account.`);
  }
  return pickup;
};

/** The bed that this pick-up is clearing, or failed to; undefined once another print has taken it, which keeps it. */
export const bedOfPickup = async (tx: Transaction, pickup: Pickup): Promise<Bed | undefined> => {
  const printer = await printerRow(tx, pickup.printer);
  const bed = printer && (await tx.get('beds', printer.id));
  return bed?.pickupId === pickup.id ? bed : undefined;
};
