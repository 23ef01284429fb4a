import { join } from 'node:path';
import type { Disk } from './disk.ts';
import type { Row } from './row.ts';
import { StoreError } from './store-error.ts';

/**
 * Version of the folder's format. Raise it with a migration below whenever older programs would misread it.
 * 2: there are orders, counts of what printers have printed and certificates of accounts, which an older program would
 * drop from the journal without a word; rows are as before.
 */
export const FORMAT = 2;

/** Makes a row of format `from` one of `from + 1`; rows are upgraded as they are read. */
export interface Migration {
  readonly from: number;
  /** @param document `jobs`, `accounts` …; `bucket` and `summary` for archived jobs */
  readonly upgrade: (document: string, row: Row) => Row;
}

const migrations: readonly Migration[] = [];

export const upgradeRow = (
  format: number,
  document: string,
  row: Row,
  steps: readonly Migration[] = migrations,
): Row =>
  steps.filter(step => step.from >= format).reduce((upgraded, step) => step.upgrade(document, upgraded), row);

/** @throws StoreError when a newer program wrote the folder */
export const checkFormat = (format: number, folder: string, supported = FORMAT): void => {
  if (format > supported) {
    throw new StoreError(
      `The data folder ${folder} was written by a newer version of this program (format ${format}, this one ` +
        `knows ${supported}). Nothing was changed. Start the newer version, or restore a backup of the older one.`,
    );
  }
};

/**
 * Copies the folder's own files aside before an older format is written over. A copy that a crash cut short is
 * made again: its folder gets its name when it is whole.
 */
export const keepCopy = async (
  disk: Disk,
  folder: string,
  format: number,
  names: readonly string[],
): Promise<void> => {
  const name = `before-format-${format + 1}`;
  if ((await disk.list(folder)).includes(name)) return;
  const unfinished = join(folder, `${name}.tmp`);
  await disk.makeFolder(unfinished);
  for (const one of names) {
    const bytes = await disk.read(join(folder, one));
    if (bytes === undefined) continue;
    const copy = await disk.create(join(unfinished, one));
    await copy.append(bytes);
    await copy.sync();
    await copy.close();
  }
  await disk.syncFolder(unfinished);
  await disk.rename(unfinished, join(folder, name));
  await disk.syncFolder(folder);
};
