import { TooManyAttempts } from './too-many-attempts.ts';

interface Queue {
  waiting: number;
  tail: Promise<unknown>;
}

/** Of one account and address; after a restart of the server all sessions of a client log in again at once. */
const MAX_WAITING = 200;
/** Runs one after the other for each key. Throws TooManyAttempts when too many wait already. */
export const createTurnsByKey = () => {
  const queues = new Map<string, Queue>();
  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const queue = queues.get(key) ?? { waiting: 0, tail: Promise.resolve() };
    if (queue.waiting >= MAX_WAITING) throw new TooManyAttempts(1000);
    queues.set(key, queue);
    queue.waiting += 1;
    const turn = queue.tail.then(work);
    queue.tail = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      queue.waiting -= 1;
      if (queue.waiting === 0) queues.delete(key);
    }
  };
};
