import type { Actor } from '../../domain/account.ts';
import { Refusal } from '../../domain/refusal.ts';
import { checkedText } from '../../domain/text.ts';
import { checkedRight } from '../access/checked-right.ts';
import { accountNamed } from '../accounts/account-named.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { findFileOrPart } from '../files/find-file-or-part.ts';
import type { Reader } from '../ports.ts';
import { once } from './once.ts';
import { putNewJob } from './put-new-job.ts';
import { checkedWish } from './wanted-printer.ts';

/** '' means the caller; a user submits for nobody else. */
export const ownerId = async (
  reader: Reader,
  actor: Actor,
  right: 'own' | 'any',
  name: string,
): Promise<string> => {
  if (name === '' || name.toLowerCase() === actor.username.toLowerCase()) return actor.accountId;
  if (right === 'own') throw new Refusal('NotPermitted', 'Only own jobs: leave Owner (HTTP: user_id) empty.');
  const account = await accountNamed(reader, name);
  if (account === undefined) {
    throw new Refusal('NotFound', `There is no account ${JSON.stringify(name.slice(0, 80))}.`);
  }
  return account.id;
};

/** @throws Refusal InvalidArgument */
export const checkPriority = (priority: number): void => {
  if ((priority | 0) !== priority) {
    throw new Refusal('InvalidArgument', 'Priority must be a 32-bit integer.');
  }
};

export const createSubmitJob =
  ({ commit, clock, rules }: ApplicationDeps): Application['submitJob'] =>
  async (actor, { file: fileName, printer, owner, orderId, priority, requestId, jobOrder }) => {
    const right = checkedRight(actor, 'SubmitJob');
    checkPriority(priority);
    const order = checkedText('OrderId', orderId, 80);
    const time = clock.now();
    const call = {
      actor,
      method: 'SubmitJob',
      requestId,
      arguments: [fileName, printer, owner, orderId, priority],
      time,
    } as const;
    return commit({ actor: actor.accountId }, tx =>
      once(tx, call, async () => {
        const file = await findFileOrPart(tx, actor, fileName);
        return putNewJob(tx, actor, rules, time.toISOString(), {
          owner: await ownerId(tx, actor, right, owner),
          file,
          wantedPrinter: await checkedWish(tx, file, printer),
          orderId: order,
          priority,
          reason: '',
          ...(jobOrder && { jobOrder }),
        });
      }),
    );
  };
