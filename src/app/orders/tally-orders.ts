import { countJob } from '../../domain/order.ts';
import type { CommitRule } from '../commit.ts';

/**
 * Moves the tally of a job's order in the same commit as the job, whoever moves it: transitions, retries, bad parts
 * that are recorded late. A job that is deleted was finished, and stays counted.
 */
export const tallyOrders: CommitRule = async (tx, { collection, before, after }) => {
  if (collection !== 'jobs' || after?.orderNumber === undefined || before?.status === after.status) return;
  const order = await tx.get('orders', after.orderNumber);
  if (order === undefined) return;
  const counted = countJob(order, before?.status, after.status);
  if (counted !== order) tx.put('orders', counted);
};
