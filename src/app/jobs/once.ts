import { hash } from 'node:crypto';
import type { Actor } from '../../domain/account.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Submitted } from '../application.ts';
import type { Transaction } from '../ports.ts';

/** In ms: how long a RequestId is remembered with its result. */
const REMEMBERED = 30 * 24 * 3_600_000;
const requestIdPattern = /^[\x20-\x7e]{1,64}$/;

export interface Call {
  readonly actor: Actor;
  readonly method: 'SubmitJob' | 'RetryJob';
  /** '' for none. */
  readonly requestId: string;
  readonly arguments: readonly (string | number)[];
  readonly time: Date;
}

export const hashOf = (values: Call['arguments']): string =>
  hash('sha256', JSON.stringify(values), 'base64url');

/**
 * Makes a job once per account, method and RequestId: a repeat gets the first success, remembered in the same
 * commit. Refusals are not remembered. A repeat while the first runs waits for it, as transactions are serialised.
 * @throws Refusal InvalidArgument, RequestIdConflict, and what `make` throws
 */
export const once = async (tx: Transaction, call: Call, make: () => Promise<number>): Promise<Submitted> => {
  const { actor, method, requestId, time } = call;
  if (requestId === '') return { jobId: await make(), repeated: false };
  if (!requestIdPattern.test(requestId)) {
    throw new Refusal('InvalidArgument', 'RequestId must be 1 to 64 printable ASCII characters, or empty.');
  }
  const id = `${actor.accountId}:${method}:${requestId}`;
  const argumentsHash = hashOf(call.arguments);
  const spent = await tx.get('requests', id);
  if (spent !== undefined && Date.parse(spent.expireTime) > time.getTime()) {
    if (spent.argumentsHash !== argumentsHash) {
      throw new Refusal(
        'RequestIdConflict',
        `This RequestId made job ${spent.jobId} with other arguments: use a new one.`,
      );
    }
    return { jobId: spent.jobId, repeated: true };
  }
  const jobId = await make();
  tx.put('requests', {
    id,
    argumentsHash,
    jobId,
    expireTime: new Date(time.getTime() + REMEMBERED).toISOString(),
  });
  return { jobId, repeated: false };
};
