import { noOperation, operationAdded } from '../../domain/operation.ts';
import type { CommitRule } from '../commit.ts';

/** Whatever ends or begins a print counts for its printer, in the same commit. */
export const countOperation: CommitRule = async (tx, change) => {
  if (change.collection !== 'jobs' || change.after === undefined) return;
  const { before, after } = change;
  const printer = after.printer || before?.printer;
  const added = printer ? operationAdded(before, after) : undefined;
  if (!printer || added === undefined) return;
  const known = (await tx.get('operation', printer)) ?? noOperation(printer);
  tx.put('operation', {
    ...known,
    duration: known.duration + added.duration,
    cycles: known.cycles + added.cycles,
  });
};
