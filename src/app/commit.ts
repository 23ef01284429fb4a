import type { HistoryActor } from '../domain/job.ts';
import type { Log, RowChange, Store, Transaction } from './ports.ts';

/** What happened, told after it is on disk, in the order of `seq`. */
export interface Publication {
  readonly seq: number;
  readonly changes: readonly RowChange[];
  readonly actor: HistoryActor;
  readonly reason: string;
}

export type Listener = (publication: Publication) => void | Promise<void>;

/** Adds rows that must survive with the change itself (the outbox); runs inside the transaction. */
export type CommitRule = (tx: Transaction, change: RowChange) => Promise<void>;

export interface Cause {
  readonly actor: HistoryActor;
  readonly reason?: string;
}

/** The unit of work: runs it, and once it is on disk tells everybody who listens. */
export interface Commit {
  <T>(cause: Cause, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Listeners are best effort. @returns a function that ends the subscription */
  listen(name: string, listener: Listener): () => void;
}

/** @param rules run for each changed row, before the commit */
export const createCommit = (store: Store, log: Log, rules: readonly CommitRule[] = []): Commit => {
  const listeners = new Map<symbol, { readonly name: string; readonly listener: Listener }>();

  const failed = (name: string, publication: Publication) => (error: unknown) =>
    log.error({ err: error, listener: name, seq: publication.seq }, 'A listener failed');

  const publish = (publication: Publication): void => {
    for (const { name, listener } of listeners.values()) {
      const onFailure = failed(name, publication);
      try {
        Promise.resolve(listener(publication)).catch(onFailure);
      } catch (error) {
        onFailure(error);
      }
    }
  };

  const commit = async <T>(cause: Cause, work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const committed = await store.transaction(async tx => {
      const result = await work(tx);
      for (const change of tx.changes()) for (const rule of rules) await rule(tx, change);
      return result;
    });
    if (committed.changes.length > 0) {
      publish({
        seq: committed.seq,
        changes: committed.changes,
        actor: cause.actor,
        reason: cause.reason ?? '',
      });
    }
    return committed.result;
  };

  return Object.assign(commit, {
    listen(name: string, listener: Listener): () => void {
      const key = Symbol(name);
      listeners.set(key, { name, listener });
      return () => {
        listeners.delete(key);
      };
    },
  });
};
