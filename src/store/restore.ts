import { mkdir, open, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DataUnreadable, type Log } from '../app/ports.ts';
import type { BackupFolders } from './backup.ts';
import { type BackupContents, readBackup, unusable } from './backup-file.ts';
import { nodeDisk } from './disk.ts';
import { makeFolders, type NewFolders } from './new-folders.ts';
import { openStore } from './open-store.ts';
import { leaveRestoredMark, UNFINISHED_MARK } from './restore-marks.ts';
import {
  ASIDE,
  checkApart,
  checkEmpty,
  lockTarget,
  markUnfinished,
  removeLock,
  STAGING,
  swap,
} from './restore-target.ts';
import { writingTo } from './restore-writes.ts';
import { Damaged } from './store-error.ts';

const NOTHING = 'Nothing was restored.';
export interface Restored extends BackupContents {
  /** Folders that now keep what was there before; none when there was nothing. */
  readonly aside: readonly string[];
}

export interface RestoreOptions {
  readonly log: Log;
  /** Replace what the folders hold; it is kept in `.before-restore-…` inside them. */
  readonly force?: boolean;
  readonly now?: Date;
}

/**
 * Unpacks a backup beside the present data, verifies all of it by opening it, and then puts it in place by renames.
 * Folders stay where they are, since they may be mount points. A mark in the data folder keeps the server from
 * starting on a half-restored set. A refused restore leaves no new folder behind.
 * @throws StoreError when the backup is damaged, the folders hold something (without `force`), a server runs on them,
 * or they cannot be written to
 */
export const restoreBackup = async (
  file: string,
  folders: BackupFolders,
  options: RestoreOptions,
): Promise<Restored> => {
  const all = [folders.uploads, folders.certificates, folders.data].map(folder => resolve(folder));
  checkApart(all);
  for (const folder of options.force ? [] : all) {
    await writingTo(folder, NOTHING, () => checkEmpty(folder, file));
  }
  const made = await writingTo('the target folders', NOTHING, () => makeFolders(all));
  try {
    return await restoreInto(folders, all, made, file, options);
  } catch (error) {
    await made.takeBack();
    throw error;
  }
};

const restoreInto = async (
  folders: BackupFolders,
  all: readonly string[],
  made: NewFolders,
  file: string,
  { log, now = new Date() }: RestoreOptions,
): Promise<Restored> => {
  const unlock = await lockTarget(folders.data, made);
  try {
    const contents = await unpack(file, folders);
    const staging = join(folders.data, STAGING);
    // With the rest before the server may start: it must not print again what was printed after the backup.
    await writingTo(folders.data, NOTHING, () => leaveRestoredMark(staging, contents.createTime));
    await writingTo(folders.data, NOTHING, () => verifyData(staging, file, log));
    await writingTo(folders.data, NOTHING, () => markUnfinished(folders.data, file));
    const name = `${ASIDE}${now.toISOString().replace(/[:.]/g, '-')}`;
    const halfway =
      `No server starts on what is half restored now; what was there before is kept in ${name} in each folder. ` +
      'Use --force.';
    const aside: string[] = [];
    for (const folder of all) {
      if (await writingTo(folder, halfway, () => swap(folder, name))) aside.push(join(folder, name));
    }
    await writingTo(folders.data, halfway, async () => {
      await rm(join(folders.data, UNFINISHED_MARK));
      await nodeDisk.syncFolder(folders.data);
    });
    return { ...contents, aside };
  } catch (error) {
    // Still locked: nobody else has come to use them.
    if (made.includes(resolve(folders.data))) await removeLock(folders.data);
    throw error;
  } finally {
    for (const folder of all) await rm(join(folder, STAGING), { recursive: true, force: true });
    await unlock();
  }
};

const unpack = async (file: string, folders: BackupFolders): Promise<BackupContents> => {
  for (const folder of Object.values(folders)) {
    await writingTo(folder, NOTHING, async () => {
      await rm(join(folder, STAGING), { recursive: true, force: true });
      await mkdir(join(folder, STAGING), { mode: 0o700 });
    });
  }
  return readBackup(file, async (name, content) => {
    const [kind = '', ...rest] = name.split('/');
    const folder = folders[kind as keyof BackupFolders];
    const path = join(folder, STAGING, ...rest);
    const writing = <T>(write: () => Promise<T>): Promise<T> => writingTo(folder, NOTHING, write);
    const handle = await writing(async () => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      return open(path, 'wx', 0o600);
    });
    try {
      // Only the writes: when reading the content fails, it is the backup's fault.
      for await (const piece of content) await writing(() => handle.appendFile(piece));
      await writing(() => handle.sync());
    } finally {
      await handle.close();
    }
    await writing(() => nodeDisk.syncFolder(dirname(path)));
  });
};

/** The set is whole if it opens and every archived job can be read. */
const verifyData = async (folder: string, file: string, log: Log): Promise<void> => {
  try {
    await readAll(folder, log);
  } catch (error) {
    const cause = error instanceof DataUnreadable ? error.cause : error;
    if (cause instanceof Damaged) throw unusable(file, `${basename(cause.path)} ${cause.what}`, cause);
    throw error;
  }
};

const readAll = async (folder: string, log: Log): Promise<void> => {
  const store = await openStore({ folder, disk: nodeDisk, log });
  try {
    for (let after = 0; ; ) {
      const jobs = await store.find('jobs', { after, limit: 1000 });
      const last = jobs.at(-1);
      if (last === undefined) break;
      after = last.id;
    }
  } finally {
    await store.close();
  }
};
