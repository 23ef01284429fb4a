import type { Log, Reader, Store } from '../app/ports.ts';
import { Refusal } from '../domain/refusal.ts';
import { type CheckpointLimits, Checkpoints, defaultLimits } from './checkpoint.ts';
import type { Disk } from './disk.ts';
import { DocumentFiles } from './document-files.ts';
import { GroupCommit } from './group-commit.ts';
import { loadManifest } from './load-manifest.ts';
import { loadState } from './load-state.ts';
import type { FolderLock } from './lock.ts';
import { LOCK_CHECK, watchLock } from './lock-watch.ts';
import { removeLeftovers } from './manifest.ts';
import { recoverJournal } from './recovery.ts';
import type { AnyQuery, AnyWhere } from './row.ts';
import { State } from './state.ts';
import { Transactions } from './transactions.ts';
import { View } from './view.ts';

export interface OpenStoreOptions {
  readonly folder: string;
  readonly disk: Disk;
  readonly log: Log;
  /** How much the journal may hold before it becomes a checkpoint. */
  readonly limits?: CheckpointLimits;
  /** ms between two looks whether the folder is still locked by us. */
  readonly lockCheck?: number;
}

export type OpenedStore = Store & {
  /** Writes a checkpoint now. */
  checkpoint(): Promise<void>;
  /** Why it takes no commit any more, until the server is started again; '' while it does. */
  fault(): string;
  /** Which archived jobs could not be read when they were last asked for, and what to do; '' without any. */
  unreadable(): string;
  /** Waits for what is under way, writes a checkpoint and lets go of the folder. */
  close(): Promise<void>;
};

/**
 * Opens the data folder, or begins it: documents first, then the journal behind them.
 * @throws StoreError when it is in use, newer than this program, or damaged: never starts empty over data
 */
export const openStore = async (options: OpenStoreOptions): Promise<OpenedStore> => {
  const { folder, disk } = options;
  await disk.makeFolder(folder);
  const lock = await disk.lock(folder);
  try {
    return await openLocked(options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
};

const openLocked = async (
  { folder, disk, log, limits = defaultLimits, lockCheck = LOCK_CHECK }: OpenStoreOptions,
  lock: FolderLock,
): Promise<OpenedStore> => {
  const manifest = await loadManifest(disk, folder);
  const state = new State(new DocumentFiles(disk, folder), log);
  await loadState(state, manifest, folder, await disk.list(folder));
  const journal = await recoverJournal(disk, folder, manifest.seq, line => state.apply(line), log);
  await removeLeftovers(disk, folder, manifest);
  const commits = new GroupCommit(state, journal, log);
  const checkpoints = new Checkpoints({ disk, folder, state, journal, commits, limits, log }, manifest);
  commits.onWritten = () => checkpoints.startWhenDue();
  const transactions = new Transactions(state, commits);
  const lockWatch = watchLock(lock, folder, lockCheck, log);
  let closed = false;
  return {
    ...readerOf(new View(state, [])),
    async transaction(work) {
      if (closed) throw new Error('The store is closed.');
      if (lockWatch.fault() !== '') throw new Refusal('StorageFailed', lockWatch.fault());
      return transactions.run(work);
    },
    checkpoint: () => checkpoints.run(),
    fault: lockWatch.fault,
    unreadable: () => [...state.archive.unreadable.values()].map(({ message }) => message).join(' '),
    async close() {
      if (closed) return;
      closed = true;
      await transactions.idle();
      await commits.settled();
      lockWatch.stop();
      await lockWatch.check();
      // Another server may work on the folder: it must not find its files replaced.
      if (lockWatch.fault() === '') {
        try {
          await checkpoints.run();
        } catch (error) {
          log.warn({ err: error }, 'The last checkpoint failed; the journal keeps everything');
        }
        await commits.between(() => journal.close());
      }
      await lock.release();
    },
  };
};

const readerOf = (view: View): Reader =>
  ({
    get: (collection, id) => view.get(collection, id),
    find: (collection, query) => view.find(collection, query as AnyQuery | undefined),
    count: (collection, where) => view.count(collection, where as AnyWhere | undefined),
  }) as Reader;
