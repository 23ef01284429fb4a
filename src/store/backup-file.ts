import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract as unpack } from 'tar-stream';
import { StoreError } from './store-error.ts';

/** Last file in a backup: it lists all others. */
export const CONTENTS = 'contents.json';
export const BACKUP_FORMAT = 1;

export interface BackupFile {
  /** `data/…`, `uploads/…` or `certificates/…`. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

export interface BackupContents {
  readonly format: number;
  readonly createTime: string;
  /** The last commit in it. */
  readonly seq: number;
  readonly files: readonly BackupFile[];
}

/** Receives the content of one file. */
export type Extract = (name: string, content: AsyncIterable<Buffer>) => Promise<void>;

const isSafe = (name: string): boolean =>
  /^(data|uploads|certificates)\/./.test(name) &&
  !name.includes('\\') &&
  name.split('/').every(part => part !== '' && part !== '.' && part !== '..');

/**
 * Reads a backup to its end and compares every file with its list.
 * @param extract called for each file, before anything is known to be right
 * @throws StoreError when something in it is damaged, missing or too much; whatever StoreError `extract` throws
 */
export const readBackup = async (file: string, extract: Extract = drain): Promise<BackupContents> => {
  const found = new Map<string, BackupFile>();
  let contents: BackupContents | undefined;
  try {
    const archive = unpack();
    // A file that cannot be read or unzipped fails the archive, and so the loop.
    pipeline(createReadStream(file), createGunzip(), archive, () => undefined);
    for await (const entry of archive) {
      const { name, size, type } = entry.header;
      // Its types leave open what a stream yields.
      const content = entry as AsyncIterable<Buffer>;
      if (name === CONTENTS && contents === undefined) {
        contents = JSON.parse((await whole(content)).toString());
        continue;
      }
      if (type !== 'file' || !isSafe(name) || found.has(name))
        throw new Error(`${name} does not belong in it`);
      const hash = createHash('sha256');
      await extract(
        name,
        tapped(content, piece => hash.update(piece)),
      );
      found.set(name, { name, size, sha256: hash.digest('hex') });
    }
  } catch (error) {
    // What `extract` says of itself is no fault of the backup.
    if (error instanceof StoreError) throw error;
    throw unusable(file, inPlainWords(error), error);
  }
  if (contents === undefined) throw unusable(file, 'its list of contents is missing');
  if (contents.format !== BACKUP_FORMAT)
    throw new StoreError(`${file} is a backup of a newer version of this program.`);
  for (const listed of contents.files) {
    if (found.get(listed.name)?.sha256 !== listed.sha256)
      throw unusable(file, `${listed.name} is missing or differs`);
  }
  if (found.size !== contents.files.length) throw unusable(file, 'it holds more than it lists');
  return contents;
};

/** What zlib and tar say means nothing to who runs a restore; it stands beside, for who looks further. */
const inPlainWords = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return `it is not there (${error.message})`;
  if (code === 'EACCES' || code === 'EPERM') return `it may not be read (${error.message})`;
  if (code === 'EISDIR') return `it is a folder (${error.message})`;
  if (code === 'Z_BUF_ERROR' || /^unexpected end of/i.test(error.message)) {
    return `it was cut off, as by a full disk or a copy that broke off (${error.message})`;
  }
  if (code.startsWith('Z_') || /tar header/i.test(error.message)) {
    return `it is damaged, or no backup of this program (${error.message})`;
  }
  return error.message;
};

export const unusable = (file: string, what: string, cause?: unknown): StoreError =>
  new StoreError(`${file} is no usable backup: ${what}. Nothing was restored. Take another backup file.`, {
    cause,
  });

async function* tapped(
  source: AsyncIterable<Buffer>,
  tap: (piece: Buffer) => void,
): AsyncGenerator<Buffer, void> {
  for await (const piece of source) {
    tap(piece);
    yield piece;
  }
}

const whole = async (content: AsyncIterable<Buffer>): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
};

const drain: Extract = async (_name, content) => {
  for await (const _ of content) void _;
};
