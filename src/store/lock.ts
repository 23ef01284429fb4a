import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isMissing } from './is-missing.ts';
import { FolderInUse, StoreError } from './store-error.ts';

const SQLITE_BUSY = 5;

/** Ends with this process, however it ends. */
export interface FolderLock {
  release(): Promise<void>;
  /** False once somebody has removed or replaced its file: then another process may hold the folder too. */
  isHeld(): Promise<boolean>;
}

const notWritable = (folder: string, cause: unknown): StoreError =>
  new StoreError(
    `The data folder ${folder} cannot be locked (${cause instanceof Error ? cause.message : cause}). ` +
      'Make sure that there is room, and that this user may write there.',
    { cause },
  );

/**
 * Node has no flock, but SQLite takes a lock of the operating system on its file, which ends with the process,
 * also at kill -9. The database stays empty: it is there for its lock alone.
 * The holder's pid stands in a file beside it: a POSIX lock is lost when its holder closes the file once.
 */
export const lockFolder = async (folder: string): Promise<FolderLock> => {
  const lockFile = join(folder, 'lock');
  const pidFile = join(folder, 'lock.pid');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(lockFile);
    database.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) {
      const pid = await readFile(pidFile, 'utf8').catch(() => '');
      throw new FolderInUse(
        `The data folder ${folder} is in use by another process${pid ? ` (pid ${pid.trim()})` : ''}. ` +
          'Stop that one first, or choose another folder.',
      );
    }
    throw notWritable(folder, error);
  }
  const held = database;
  let inode: number;
  try {
    inode = (await stat(lockFile)).ino;
    await writeFile(pidFile, `${process.pid}\n`);
  } catch (error) {
    held.close();
    throw notWritable(folder, error);
  }
  return {
    release: async () => held.close(),
    async isHeld() {
      try {
        return (await stat(lockFile)).ino === inode;
      } catch (error) {
        // A disk that fails for the moment takes no lock away.
        return !isMissing(error);
      }
    },
  };
};
