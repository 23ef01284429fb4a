import { join } from 'node:path';
import { ACKNOWLEDGED, readAcknowledged, writeAcknowledged } from './acknowledged-mark.ts';
import type { Disk } from './disk.ts';
import { checkFormat, FORMAT, keepCopy } from './format.ts';
import { segmentName } from './journal.ts';
import {
  isStoreFile,
  isUnfinished,
  MANIFEST,
  type Manifest,
  parseManifest,
  writeManifest,
} from './manifest.ts';
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

/** What a crash in `begin` leaves behind: the mark of no commit, an empty journal and unfinished files. */
const isOfBegin = async (disk: Disk, folder: string, name: string): Promise<boolean> => {
  if (isUnfinished(name)) return true;
  if (name !== ACKNOWLEDGED && name !== segmentName(1)) return false;
  const nothing = (await readAcknowledged(disk, folder)) === 0;
  return nothing && (name === ACKNOWLEDGED || (await disk.read(join(folder, name)))?.length === 0);
};

/** The mark comes first: from then on data without it is damaged. */
const begin = async (disk: Disk, folder: string): Promise<Manifest> => {
  for (const name of (await disk.list(folder)).filter(isStoreFile)) {
    if (await isOfBegin(disk, folder, name)) continue;
    throw damaged(join(folder, MANIFEST), `is missing, although ${name} is there`);
  }
  await writeAcknowledged(disk, folder, 0);
  await (await disk.create(join(folder, segmentName(1)))).close();
  await disk.syncFolder(folder);
  return writeManifest(disk, folder, 0, []);
};
