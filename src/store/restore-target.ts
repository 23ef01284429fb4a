import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { nodeDisk } from './disk.ts';
import { isMissing } from './is-missing.ts';
import type { NewFolders } from './new-folders.ts';
import { UNFINISHED_MARK } from './restore-marks.ts';
import { FolderInUse, StoreError } from './store-error.ts';

/** Where a backup is unpacked, beside what is in a folder. */
export const STAGING = '.restoring';
/** What was there before goes into a folder of this name and the time. */
export const ASIDE = '.before-restore-';
const LOCK_FILES = ['lock', 'lock.pid', 'lock-journal'];

/** What a server or an earlier restore leaves in a folder that holds nothing. */
const isOurs = (name: string): boolean =>
  LOCK_FILES.includes(name) || name === UNFINISHED_MARK || name === STAGING || name.startsWith(ASIDE);

/** One folder inside another would be moved aside with it. */
export const checkApart = (folders: readonly string[]): void => {
  for (const inner of folders) {
    const outer = folders.find(one => one !== inner && inner.startsWith(`${one}${sep}`));
    if (outer !== undefined || folders.indexOf(inner) !== folders.lastIndexOf(inner)) {
      throw new StoreError(
        `${inner} must not be or lie in another of the restored folders: choose folders of their own.`,
      );
    }
  }
};

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch(error => {
    if (isMissing(error)) return [];
    throw error;
  });

/** As a shell takes it as one word. */
const quoted = (text: string): string =>
  /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** @throws StoreError when the folder holds anything but what an earlier restore left */
export const checkEmpty = async (folder: string, file: string): Promise<void> => {
  if ((await namesIn(folder)).some(name => !isOurs(name))) {
    throw new StoreError(
      `${folder} is not empty. Nothing was restored. Give new folders by DATABASE_URL, UPLOAD_PATH and ` +
        'CERTIFICATES_PATH, all three. To replace what is there instead (it is kept aside), run:\n' +
        `  npm run restore -- ${quoted(file)} --force`,
    );
  }
};

export const removeLock = async (folder: string): Promise<void> => {
  for (const name of LOCK_FILES) await rm(join(folder, name), { force: true });
};

/** Nobody else comes to use the folder until it is unlocked. */
export const lockTarget = async (folder: string, made: NewFolders): Promise<() => Promise<void>> => {
  try {
    return (await nodeDisk.lock(folder)).release;
  } catch (error) {
    if (made.includes(resolve(folder)) && !(error instanceof FolderInUse)) await removeLock(folder);
    throw error;
  }
};

/** From now on a server does not start, until the mark is gone. */
export const markUnfinished = async (folder: string, file: string): Promise<void> => {
  const mark = join(folder, UNFINISHED_MARK);
  try {
    await writeFile(mark, `${file}\n`, { flush: true });
    await nodeDisk.syncFolder(folder);
  } catch (error) {
    await rm(mark, { force: true });
    throw error;
  }
};

/** Old entries go aside, then the new ones come in. @returns whether there were old ones */
export const swap = async (folder: string, aside: string): Promise<boolean> => {
  const old = (await namesIn(folder)).filter(name => !isOurs(name));
  if (old.length > 0) await mkdir(join(folder, aside), { mode: 0o700 });
  for (const name of old) await rename(join(folder, name), join(folder, aside, name));
  const staging = join(folder, STAGING);
  for (const name of await namesIn(staging)) {
    if (!isOurs(name)) await rename(join(staging, name), join(folder, name));
  }
  await nodeDisk.syncFolder(folder);
  return old.length > 0;
};
