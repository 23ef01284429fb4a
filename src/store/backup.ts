import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type BackupContents, type BackupFile, CONTENTS, readBackup } from './backup-file.ts';
import { isMissing, nodeDisk } from './disk.ts';
import { openLiveData } from './live-data.ts';
import { StoreError } from './store-error.ts';
import { padding, tarEnd, tarHeader } from './tar.ts';

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
  await mkdir(dirname(file), { recursive: true });
  const unfinished = join(dirname(file), `.${basename(file)}.unfinished`);
  const data = await openLiveData(folders.data);
  try {
    const written: BackupFile[] = [];
    const archive = async function* (): AsyncGenerator<Buffer, void> {
      for (const one of data.files) {
        const bytes = await one.read();
        yield* entry(written, `data/${one.name}`, bytes.length, [bytes]);
      }
      for (const [kind, folder] of [
        ['uploads', folders.uploads],
        ['certificates', folders.certificates],
      ] as const) {
        for await (const path of filesIn(folder)) yield* fileEntry(written, kind, folder, path);
      }
      await data.confirm();
      const contents = { format: 1, createTime: now.toISOString(), seq: data.seq, files: written };
      const bytes = Buffer.from(`${JSON.stringify(contents)}\n`);
      yield* entry([], CONTENTS, bytes.length, [bytes]);
      yield tarEnd();
    };
    await pipeline(
      Readable.from(archive()),
      createGzip({ level: 1 }),
      createWriteStream(unfinished, { mode: 0o600, flush: true }),
    );
    const contents = await readBackup(unfinished);
    await rename(unfinished, file);
    await nodeDisk.syncFolder(dirname(file));
    return contents;
  } finally {
    await data.close();
    await rm(unfinished, { force: true });
  }
};

async function* entry(
  written: BackupFile[],
  name: string,
  size: number,
  content: Iterable<Buffer> | AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void> {
  const hash = createHash('sha256');
  let sent = 0;
  yield tarHeader(name, size);
  for await (const piece of content) {
    hash.update(piece);
    sent += piece.length;
    yield piece;
  }
  if (sent !== size) throw new StoreError(`${name} changed during the backup: repeat it.`);
  yield padding(size);
  written.push({ name, size, sha256: hash.digest('hex') });
}

async function* fileEntry(
  written: BackupFile[],
  kind: string,
  folder: string,
  path: string,
): AsyncGenerator<Buffer, void> {
  // Opened before its header is written: one that is removed meanwhile is left out or stays whole.
  const handle = await open(path).catch(error => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (handle === undefined) return;
  try {
    const { size } = await handle.stat();
    const content = size === 0 ? [] : createReadStream('', { fd: handle, autoClose: false, end: size - 1 });
    const name = relative(folder, path).split(sep).join('/');
    yield* entry(written, `${kind}/${name}`, size, content as AsyncIterable<Buffer>);
  } finally {
    await handle.close();
  }
}

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
