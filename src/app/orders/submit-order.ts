import type { Actor } from '../../domain/account.ts';
import { checkOrderId, checkQuantity, newOrder, type Order } from '../../domain/order.ts';
import { Refusal } from '../../domain/refusal.ts';
import { checkedRight } from '../access/checked-right.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { findFileOrPart } from '../files/find-file-or-part.ts';
import { hashOf } from '../jobs/once.ts';
import { putNewJobs } from '../jobs/put-new-job.ts';
import { checkPriority, ownerId } from '../jobs/submit-job.ts';
import { checkedWish } from '../jobs/wanted-printer.ts';
import { nextNumber } from '../next-number.ts';
import { orderNamed } from './find-actor-order.ts';

/**
 * The same account repeats the call that made the order. To anybody else the id is taken, and no more is said.
 * @throws Refusal RequestIdConflict
 */
const checkIsRepeat = (order: Order, actor: Actor, argumentsHash: string): void => {
  if (order.submitter !== actor.accountId) {
    throw new Refusal('RequestIdConflict', 'This OrderId is taken: use a new one.');
  }
  if (order.argumentsHash !== argumentsHash) {
    throw new Refusal(
      'RequestIdConflict',
      `Order ${order.orderId} was submitted with other arguments: use a new OrderId.`,
    );
  }
};

/**
 * The order and all of its jobs in one commit, or nothing. An OrderId is never used again, so that it is its own
 * RequestId for good.
 */
export const createSubmitOrder =
  ({ commit, clock, rules }: ApplicationDeps): Application['submitOrder'] =>
  async (actor, { orderId, file: fileName, quantity, owner, priority }) => {
    checkedRight(actor, 'SubmitOrder');
    checkOrderId(orderId);
    checkQuantity(quantity);
    checkPriority(priority);
    const argumentsHash = hashOf([fileName, quantity, owner, priority]);
    const createTime = clock.now().toISOString();
    return commit({ actor: actor.accountId }, async tx => {
      const known = await orderNamed(tx, orderId);
      if (known !== undefined) {
        checkIsRepeat(known, actor, argumentsHash);
        return { repeated: true };
      }
      const file = await findFileOrPart(tx, actor, fileName);
      // Own means: whoever submits it may do this, a machine for others too.
      const right = actor.role === 'user' ? 'own' : 'any';
      const job = {
        owner: await ownerId(tx, actor, right, owner),
        file,
        wantedPrinter: await checkedWish(tx, file, ''),
        orderId,
        priority,
        reason: '',
        orderNumber: await nextNumber(tx, 'orders'),
      };
      const [first] = await putNewJobs(tx, actor, rules, createTime, job, quantity);
      if (first === undefined) throw new Error('An order has no job.');
      tx.put(
        'orders',
        newOrder({
          id: job.orderNumber,
          orderId,
          owner: job.owner,
          submitter: actor.accountId,
          fileId: file.id,
          fileName: first.fileName,
          quantity,
          priority: first.priority,
          argumentsHash,
          firstJob: first.id,
          createTime,
        }),
      );
      return { repeated: false };
    });
  };
