import { join } from 'node:path';
import { ACKNOWLEDGED } from './acknowledged-mark.ts';
import type { Disk } from './disk.ts';
import { type DocumentEntry, documentFilePattern, fileNameOf } from './document-files.ts';
import { FORMAT } from './format.ts';
import { firstSeqOf } from './journal.ts';
import { openSealed, writeSealed } from './sealed-document.ts';

export const MANIFEST = 'manifest.json';

/** One checkpoint: the documents that hold everything up to `seq`; the journal holds what follows. */
export interface Manifest {
  readonly format: number;
  readonly seq: number;
  readonly entries: readonly DocumentEntry[];
}

/** @throws StoreError when it is damaged */
export const parseManifest = async (bytes: Buffer, folder: string): Promise<Manifest> => {
  const { header, rows } = await openSealed(bytes, join(folder, MANIFEST));
  return { format: header.format, seq: header.seq, entries: rows as readonly DocumentEntry[] };
};

/** Its rename is the moment at which a checkpoint holds. */
export const writeManifest = async (
  disk: Disk,
  folder: string,
  seq: number,
  entries: readonly DocumentEntry[],
): Promise<Manifest> => {
  await writeSealed(disk, folder, MANIFEST, { format: FORMAT, document: 'manifest', seq }, entries);
  return { format: FORMAT, seq, entries };
};

export const isUnfinished = (name: string): boolean =>
  name === `${MANIFEST}.tmp` || name === `${ACKNOWLEDGED}.tmp`;

/** Files of this store in a folder, which also holds what others put there. */
export const isStoreFile = (name: string): boolean =>
  documentFilePattern.test(name) ||
  firstSeqOf(name) !== undefined ||
  name === MANIFEST ||
  name === ACKNOWLEDGED ||
  isUnfinished(name);

/** Removes what neither the manifest nor the journal behind it needs: unfinished and superseded files. */
export const removeLeftovers = async (disk: Disk, folder: string, manifest: Manifest): Promise<void> => {
  const needed = new Set(manifest.entries.map(fileNameOf));
  const names = await disk.list(folder);
  const segments = names.map(firstSeqOf).filter(seq => seq !== undefined);
  for (const name of names) {
    const firstSeq = firstSeqOf(name);
    const superseded =
      firstSeq === undefined
        ? (documentFilePattern.test(name) && !needed.has(name)) || isUnfinished(name)
        : segments.some(other => other > firstSeq && other <= manifest.seq + 1);
    if (superseded) await disk.remove(join(folder, name));
  }
};
