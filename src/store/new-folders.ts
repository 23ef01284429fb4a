import { mkdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface NewFolders {
  /** Whether it was not there before. */
  includes(folder: string): boolean;
  /** Removes those that were made, as far as nothing lies in them. */
  takeBack(): Promise<void>;
}

/** Makes folders with all that they lie in, private to the owner; those that are there stay as they are. */
export const makeFolders = async (folders: readonly string[]): Promise<NewFolders> => {
  /** With the outermost folder that was made for it. */
  const made: { readonly folder: string; readonly outermost: string }[] = [];

  const takeBack = async (): Promise<void> => {
    for (const { folder, outermost } of made.toReversed()) {
      try {
        for (let one = folder; one.startsWith(outermost); one = dirname(one)) await rmdir(one);
      } catch {
        // Something lies in it: it stays.
      }
    }
  };

  try {
    for (const folder of folders) {
      const outermost = await mkdir(folder, { recursive: true, mode: 0o700 });
      if (outermost !== undefined) made.push({ folder, outermost });
    }
  } catch (error) {
    await takeBack();
    throw error;
  }
  return { includes: folder => made.some(one => one.folder === folder), takeBack };
};
