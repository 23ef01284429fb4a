import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { checksum, checksumText } from './checksum.ts';
import type { Disk } from './disk.ts';
import { damaged } from './store-error.ts';

/** Time that one slice of work may keep the event loop, in ms. */
const SLICE = 3;

/** The first line of a document; the lines of its rows and a line with the checksum of all before follow. */
export interface DocumentHeader {
  /** Version of the folder's format that it was written in. */
  readonly format: number;
  readonly document: string;
  /** The last commit that it holds. */
  readonly seq: number;
}

export interface SealedDocument {
  readonly header: DocumentHeader;
  readonly rows: readonly unknown[];
  readonly crc32: string;
}

/** Gives the event loop back from time to time. */
const timeSlices = (): (() => Promise<void> | undefined) => {
  let begin = performance.now();
  return () => {
    if (performance.now() - begin < SLICE) return undefined;
    return nextTurn().then(() => {
      begin = performance.now();
    });
  };
};

const SEAL = /^\],"crc32":"([0-9a-f]{8})"\}\n$/;

/**
 * Writes a whole JSON document beside the old one and puts it in place once it is on disk: temporary file,
 * fdatasync, rename, fsync of the folder.
 * @returns its checksum
 */
export const writeSealed = async (
  disk: Disk,
  folder: string,
  name: string,
  header: DocumentHeader,
  rows: readonly unknown[],
): Promise<string> => {
  const temporary = join(folder, `${name}.tmp`);
  const file = await disk.create(temporary);
  let crc = 0;
  try {
    const slice = timeSlices();
    let text = `${JSON.stringify(header).slice(0, -1)},"rows":[\n`;
    const flush = async (): Promise<void> => {
      const bytes = Buffer.from(text);
      crc = crc32(bytes, crc);
      text = '';
      await file.append(bytes);
    };
    for (const [index, row] of rows.entries()) {
      text += `${JSON.stringify(row)}${index < rows.length - 1 ? ',' : ''}\n`;
      const pause = slice();
      if (pause === undefined) continue;
      await flush();
      await pause;
    }
    await flush();
    await file.append(Buffer.from(`],"crc32":"${checksumText(crc)}"}\n`));
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, join(folder, name));
  await disk.syncFolder(folder);
  return checksumText(crc);
};

/** The header alone, which every version of the program can read. */
export const headerOf = (bytes: Buffer, path: string): DocumentHeader => {
  const line = bytes.toString('utf8', 0, Math.max(bytes.indexOf('\n'), 0));
  try {
    const header = JSON.parse(`${line}]}`) as DocumentHeader;
    if (Number.isInteger(header.format) && Number.isInteger(header.seq)) return header;
  } catch {
    // Said below.
  }
  throw damaged(path, 'is damaged in its first line');
};

/** @throws StoreError when it is damaged */
export const openSealed = async (bytes: Buffer, path: string): Promise<SealedDocument> => {
  const header = headerOf(bytes, path);
  const sealAt = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
  const seal = SEAL.exec(bytes.toString('latin1', sealAt));
  const body = bytes.subarray(0, sealAt);
  if (seal === null || checksum(body) !== seal[1]) throw damaged(path, 'is damaged (its checksum is wrong)');
  const slice = timeSlices();
  const rows: unknown[] = [];
  for (let begin = bytes.indexOf('\n') + 1; begin < sealAt; ) {
    const feed = bytes.indexOf('\n', begin);
    const line = bytes.toString('utf8', begin, feed);
    rows.push(JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line));
    begin = feed + 1;
    await slice();
  }
  return { header, rows, crc32: seal[1] ?? '' };
};
