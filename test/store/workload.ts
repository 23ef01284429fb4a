import type { Reader, Transaction } from '../../src/app/ports.ts';
import { collectionNames } from '../../src/store/indexes.ts';
import { type OpenedStore, openStore } from '../../src/store/open-store.ts';
import { memoryLog } from '../support/fakes.ts';
import type { FaultyDisk } from '../support/faulty-disk.ts';
import { makeJob, putNamesakes } from './rows.ts';

export const FOLDER = '/data';
export const manual = { bytes: Number.POSITIVE_INFINITY, commits: Number.POSITIVE_INFINITY };

export const open = (disk: FaultyDisk): Promise<OpenedStore> =>
  openStore({ folder: FOLDER, disk, log: memoryLog(), limits: manual });

/** Everything in the store, archived jobs included. */
export const dump = async (reader: Reader): Promise<Record<string, unknown>> => {
  const rows = await Promise.all(collectionNames.map(async name => [name, await reader.find(name)]));
  return Object.fromEntries(rows);
};

/**
 * What step `n` changes: jobs are made, moved, finished, changed after they were archived and deleted, in two
 * buckets; the other collections with numeric ids get, in turn, a row of the job's number, which must outlive the
 * job's archiving and deletion; the counter tells which step was the last.
 */
export const step =
  (n: number) =>
  async (tx: Transaction): Promise<void> => {
    tx.put('counters', { id: 'jobs', last: n });
    const id = n % 2 === 0 ? n : 1000 + n;
    tx.put('jobs', makeJob({ id, status: 'approved', orderId: `o-${n}` }));
    putNamesakes[n % putNamesakes.length]?.(tx, id);
    const earlier = n % 2 === 0 ? n - 2 : 1000 + n - 2;
    const job = await tx.get('jobs', earlier);
    if (job) tx.put('jobs', { ...job, status: n % 3 === 0 ? 'cancelled' : 'printing' });
    if (n % 7 === 0) {
      const archived = await tx.get('jobs', 1003);
      if (archived) tx.put('jobs', { ...archived, storageLocation: `shelf ${n}` });
    }
    if (n % 9 === 0) tx.delete('jobs', n % 2 === 0 ? n - 8 : 1000 + n - 8);
    if (n % 4 === 0) tx.put('tokens', { id: `t-${n}`, accountId: 'a-1', createTime: '', expireTime: '' });
    if (n % 8 === 0) tx.delete('tokens', `t-${n - 4}`);
  };

/** The dumps that the steps leave behind, one after the other, beginning with the empty store. */
export const expectedAfter = async (disk: FaultyDisk, steps: readonly number[]): Promise<unknown[]> => {
  disk.recording = false;
  const store = await open(disk);
  const states: unknown[] = [await dump(store)];
  for (const n of steps) {
    await store.transaction(step(n));
    states.push(await dump(store));
  }
  return states;
};
