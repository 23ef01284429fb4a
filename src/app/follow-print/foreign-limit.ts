import type { Transaction } from '../ports.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';

/** Prints that people start at one printer itself, within an hour: nobody changes plates as often. */
export const MOST_FOREIGN = 12;
const HOUR = 3_600_000;

/** A printer that shows another print at each look must not fill the store: it gets no more jobs for a while. */
export const hasTooManyForeign = async (tx: Transaction, printer: string, time: string): Promise<boolean> => {
  const where = { printer };
  const latest = await unlessUnreadable(tx.find('jobs', { where, descending: true, limit: MOST_FOREIGN }));
  if (latest === undefined || latest.length < MOST_FOREIGN) return false;
  return latest.every(({ fromServer, createTime }) => {
    const age = Date.parse(time) - Date.parse(createTime);
    return !fromServer && age >= 0 && age < HOUR;
  });
};
