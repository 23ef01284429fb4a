import type { Counter, Transaction } from './ports.ts';

/** The next id of that kind; given numbers never come back, also when their row is gone. */
export const nextNumber = async (tx: Transaction, kind: Counter['id']): Promise<number> => {
  const last = (await tx.get('counters', kind))?.last ?? 0;
  tx.put('counters', { id: kind, last: last + 1 });
  return last + 1;
};
