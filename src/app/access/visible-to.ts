import type { Actor } from '../../domain/account.ts';
import type { Owned, Right } from '../../domain/rights.ts';
import type { Where } from '../ports.ts';

/** Queries whose answers together are what the caller may see. */
export const visibleTo = <Row extends Owned>(
  actor: Actor,
  right: Exclude<Right, 'none'>,
  where: Where<Row>,
): readonly Where<Row>[] => {
  if (right === 'any') return [where];
  const submitted = { ...where, submitter: actor.accountId };
  const asksForOthers = where.owner !== undefined && where.owner !== actor.accountId;
  return asksForOthers ? [submitted] : [submitted, { ...where, owner: actor.accountId }];
};
