import { join } from 'node:path';
import type { Log, Reader, Store } from '../app/ports.ts';
import type { Disk } from './disk.ts';
import { GroupCommit } from './group-commit.ts';
import { segmentName } from './journal.ts';
import { recoverJournal, segmentsOf } from './recovery.ts';
import type { AnyQuery, AnyWhere } from './row.ts';
import { State } from './state.ts';
import { Transactions } from './transactions.ts';
import { View } from './view.ts';

export interface OpenStoreOptions {
  readonly folder: string;
  readonly disk: Disk;
  readonly log: Log;
}

export type OpenedStore = Store & { close(): Promise<void> };

export const openStore = async ({ folder, disk, log }: OpenStoreOptions): Promise<OpenedStore> => {
  await disk.makeFolder(folder);
  const unlock = await disk.lock(folder);
  try {
    if (segmentsOf(await disk.list(folder)).length === 0) {
      await (await disk.create(join(folder, segmentName(1)))).close();
    }
    const state = new State();
    const journal = await recoverJournal(disk, folder, 0, line => state.apply(line), log);
    const commits = new GroupCommit(state, journal, log);
    const transactions = new Transactions(state, commits);
    const view = new View(state, []);
    let closed = false;
    const reader = {
      get: async (collection, id) => view.get(collection, id),
      find: async (collection, query) => view.find(collection, query as AnyQuery | undefined),
      count: async (collection, where) => view.count(collection, where as AnyWhere | undefined),
    } as Reader;
    return {
      ...reader,
      async transaction(work) {
        if (closed) throw new Error('The store is closed.');
        return transactions.run(work);
      },
      async close() {
        closed = true;
        await transactions.idle();
        await commits.between(() => journal.close());
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
};
