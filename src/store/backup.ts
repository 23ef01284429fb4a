import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import { BACKUP_FORMAT, type BackupContents, type BackupFile, CONTENTS, readBackup } from './backup-file.ts';
import { nodeDisk } from './disk.ts';
import { isMissing } from './is-missing.ts';
import { type LiveData, openLiveData } from './live-data.ts';
import { StoreError } from './store-error.ts';

/** Folders that make one set. */
export interface BackupFolders {
  readonly data: string;
  readonly uploads: string;
  readonly certificates: string;
}

/**
 * Writes data, uploads and certificates into one gzip'd tar with the SHA-256 of every file, and reads it back.
 * The server may run meanwhile: the data is taken first, and every upload that it names is on disk by then.
 * @throws StoreError when `file` exists, a folder is damaged or what was read back differs
 */
export const createBackup = async (
  folders: BackupFolders,
  file: string,
  now = new Date(),
): Promise<BackupContents> => {
  if (await exists(file)) throw new StoreError(`${file} exists already: give the backup another name.`);
  if (!(await exists(dirname(file)))) {
    throw new StoreError(`There is no folder ${dirname(file)}: make it first, or give another path.`);
  }
  const unfinished = join(dirname(file), `.${basename(file)}.unfinished`);
  const data = await openLiveData(folders.data);
  try {
    const archive = pack();
    // It never rejects: what fails in it fails the archive, and a full disk fails the archive under it.
    const filling = fill({ archive, now, written: [] }, data, folders).then(
      () => archive.finalize(),
      error => archive.destroy(error),
    );
    try {
      await pipeline(
        archive,
        createGzip({ level: 1 }),
        createWriteStream(unfinished, { mode: 0o600, flush: true }),
      );
    } finally {
      await filling;
    }
    const contents = await readBackup(unfinished);
    await rename(unfinished, file);
    await nodeDisk.syncFolder(dirname(file));
    return contents;
  } finally {
    await data.close();
    await rm(unfinished, { force: true });
  }
};

interface Filling {
  readonly archive: Pack;
  readonly now: Date;
  /** What is in it so far. */
  readonly written: BackupFile[];
}

type Content = Iterable<Buffer> | AsyncIterable<Buffer>;

const fill = async (filling: Filling, data: LiveData, folders: BackupFolders): Promise<void> => {
  for (const one of data.files) {
    const bytes = await one.read();
    await addEntry(filling, `data/${one.name}`, bytes.length, [bytes]);
  }
  for (const kind of ['uploads', 'certificates'] as const) {
    for await (const path of filesIn(folders[kind])) {
      await addFile(filling, `${kind}/${relative(folders[kind], path).split(sep).join('/')}`, path);
    }
  }
  await data.confirm();
  const contents: BackupContents = {
    format: BACKUP_FORMAT,
    createTime: filling.now.toISOString(),
    seq: data.seq,
    files: [...filling.written],
  };
  const bytes = Buffer.from(`${JSON.stringify(contents)}\n`);
  await addEntry(filling, CONTENTS, bytes.length, [bytes]);
};

const addEntry = async (
  { archive, now, written }: Filling,
  name: string,
  size: number,
  content: Content,
): Promise<void> => {
  const hash = createHash('sha256');
  await pipeline(
    content,
    async function* (pieces: Content) {
      let sent = 0;
      for await (const piece of pieces) {
        hash.update(piece);
        sent += piece.length;
        yield piece;
      }
      if (sent !== size) throw new StoreError(`${name} changed during the backup: repeat it.`);
    },
    archive.entry({ name, size, mode: 0o600, mtime: now }),
  );
  written.push({ name, size, sha256: hash.digest('hex') });
};

const addFile = async (filling: Filling, name: string, path: string): Promise<void> => {
  // Opened before its header is written: one that is removed meanwhile is left out or stays whole.
  const handle = await open(path).catch(error => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (handle === undefined) return;
  try {
    const { size } = await handle.stat();
    const content = size === 0 ? [] : handle.createReadStream({ autoClose: false, end: size - 1 });
    await addEntry(filling, name, size, content);
  } finally {
    await handle.close();
  }
};

/** Files below the folder; names with a leading dot are unfinished or set aside. */
async function* filesIn(folder: string): AsyncGenerator<string, void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(error => {
    if (isMissing(error)) return [];
    throw error;
  });
  for (const one of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    if (one.name.startsWith('.')) continue;
    const path = join(folder, one.name);
    if (one.isDirectory()) yield* filesIn(path);
    else if (one.isFile()) yield path;
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
