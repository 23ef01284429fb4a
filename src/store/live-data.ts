import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readAcknowledged } from './acknowledged-mark.ts';
import { nodeDisk } from './disk.ts';
import { type DocumentEntry, fileNameOf } from './document-files.ts';
import { checkFormat } from './format.ts';
import { isMissing } from './is-missing.ts';
import { segmentName } from './journal.ts';
import { MANIFEST, parseManifest } from './manifest.ts';
import { linesOf, segmentsOf } from './recovery.ts';
import { openSealed } from './sealed-document.ts';
import { cutShort, damaged, StoreError } from './store-error.ts';

const ATTEMPTS = 20;
const PAUSE = 50;

/** A consistent set of the store's files, taken while a server may be writing to them. */
export interface LiveData {
  /** The last commit that it holds. */
  readonly seq: number;
  readonly files: readonly { readonly name: string; read(): Promise<Buffer> }[];
  /** @throws StoreError when the server has taken back a write that is in here: repeat the backup */
  confirm(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Needs no lock: documents never change once the manifest names them and stay readable while they are open;
 * the journal is taken up to its last whole line. A checkpoint meanwhile removes files: then it begins again.
 * @throws StoreError when the folder holds no data or is damaged
 */
export const openLiveData = async (folder: string): Promise<LiveData> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await openOnce(folder);
    } catch (error) {
      const gone = isMissing(error) || error instanceof JournalMoved;
      if (gone && attempt < ATTEMPTS) await sleep(PAUSE);
      else if (gone) throw damaged(folder, 'lacks files that its manifest names');
      else throw error;
    }
  }
};

class JournalMoved extends Error {}

const openOnce = async (folder: string): Promise<LiveData> => {
  const manifestBytes = await nodeDisk.read(join(folder, MANIFEST));
  if (manifestBytes === undefined) throw new StoreError(`There is no data in ${folder}: check DATABASE_URL.`);
  const manifest = await parseManifest(manifestBytes, folder);
  checkFormat(manifest.format, folder);
  // Before the journal: what is written meanwhile only adds to it.
  const acknowledged = (await readAcknowledged(nodeDisk, folder)) ?? 0;
  const handles: { entry: DocumentEntry; handle: FileHandle }[] = [];
  const close = async (): Promise<void> => {
    for (const { handle } of handles) await handle.close();
  };
  try {
    for (const entry of manifest.entries) {
      handles.push({ entry, handle: await open(join(folder, fileNameOf(entry))) });
    }
    const journal = await readJournal(folder, manifest.seq);
    if (journal.seq < acknowledged) {
      const { firstSeq = 1 } = journal.segments.at(-1) ?? {};
      throw cutShort(join(folder, segmentName(firstSeq)), journal.seq, acknowledged);
    }
    return {
      seq: journal.seq,
      files: [
        { name: MANIFEST, read: async () => manifestBytes },
        ...handles.map(({ entry, handle }) => ({
          name: fileNameOf(entry),
          read: () => readDocument(folder, entry, handle),
        })),
        ...journal.segments.map(({ firstSeq, bytes }) => ({
          name: segmentName(firstSeq),
          read: async () => bytes,
        })),
      ],
      confirm: () => confirmJournal(folder, journal.segments),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

const readDocument = async (folder: string, entry: DocumentEntry, handle: FileHandle): Promise<Buffer> => {
  const bytes = await handle.readFile();
  const path = join(folder, fileNameOf(entry));
  if ((await openSealed(bytes, path)).crc32 !== entry.crc32)
    throw damaged(path, 'is not what the manifest names');
  return bytes;
};

interface Segment {
  readonly firstSeq: number;
  readonly bytes: Buffer;
}

/** Whole lines without a gap, from the checkpoint on. */
const readJournal = async (
  folder: string,
  checkpointSeq: number,
): Promise<{ readonly seq: number; readonly segments: readonly Segment[] }> => {
  const segments: Segment[] = [];
  let seq = checkpointSeq;
  const names = segmentsOf(await nodeDisk.list(folder));
  for (const [index, firstSeq] of names.entries()) {
    if ((names[index + 1] ?? Number.POSITIVE_INFINITY) <= checkpointSeq + 1) continue;
    const bytes = await nodeDisk.read(join(folder, segmentName(firstSeq)));
    if (bytes === undefined || firstSeq > seq + 1) throw new JournalMoved();
    let end = 0;
    for (const one of linesOf(bytes)) {
      if (one.line === undefined) break;
      if (one.line.seq > seq + 1) throw new JournalMoved();
      seq = Math.max(seq, one.line.seq);
      end = one.end;
    }
    segments.push({ firstSeq, bytes: bytes.subarray(0, end) });
  }
  if (segments.length === 0) throw new JournalMoved();
  return { seq, segments };
};

/** A failed write is cut off before its caller is refused: what still stands there now was kept. */
const confirmJournal = async (folder: string, segments: readonly Segment[]): Promise<void> => {
  for (const { firstSeq, bytes } of segments) {
    const now = await nodeDisk.read(join(folder, segmentName(firstSeq)));
    // Removed by a checkpoint: everything in it was on disk.
    if (now === undefined) continue;
    if (!now.subarray(0, bytes.length).equals(bytes)) {
      throw new StoreError('The server took back a failed write during the backup: repeat it.');
    }
  }
};
