import { join } from 'node:path';
import type { Disk } from './disk.ts';
import { checkFormat, FORMAT, keepCopy } from './format.ts';
import { segmentName } from './journal.ts';
import { isStoreFile, MANIFEST, type Manifest, parseManifest, writeManifest } from './manifest.ts';
import { UNFINISHED_MARK } from './restore-marks.ts';
import { headerOf } from './sealed-document.ts';
import { damaged, StoreError } from './store-error.ts';

/**
 * Reads the manifest, or begins a new folder.
 * @throws StoreError when there is data without a manifest, or a newer program wrote it
 */
export const loadManifest = async (disk: Disk, folder: string): Promise<Manifest> => {
  if ((await disk.list(folder)).includes(UNFINISHED_MARK)) {
    throw new StoreError(
      `A restore of ${folder} was interrupted: its data is not whole. Run npm run restore -- FILE --force again.`,
    );
  }
  const path = join(folder, MANIFEST);
  const bytes = await disk.read(path);
  if (bytes === undefined) return begin(disk, folder);
  const { format } = headerOf(bytes, path);
  checkFormat(format, folder);
  const manifest = await parseManifest(bytes, folder);
  if (format < FORMAT) {
    await keepCopy(disk, folder, format, (await disk.list(folder)).filter(isStoreFile));
    // From now on an older program must not touch the folder.
    return writeManifest(disk, folder, manifest.seq, manifest.entries);
  }
  return manifest;
};

const begin = async (disk: Disk, folder: string): Promise<Manifest> => {
  const first = segmentName(1);
  for (const name of (await disk.list(folder)).filter(isStoreFile)) {
    // What a crash in here leaves behind: an empty journal and an unfinished manifest.
    const unfinished =
      name === `${MANIFEST}.tmp` || (name === first && (await disk.read(join(folder, name)))?.length === 0);
    if (!unfinished) throw damaged(join(folder, MANIFEST), `is missing, although ${name} is there`);
  }
  await (await disk.create(join(folder, first))).close();
  await disk.syncFolder(folder);
  return writeManifest(disk, folder, 0, []);
};
