import { join } from 'node:path';
import type { Disk } from './disk.ts';
import { FORMAT, upgradeRow } from './format.ts';
import type { Row } from './row.ts';
import { openSealed, writeSealed } from './sealed-document.ts';
import { damaged } from './store-error.ts';

/** What the manifest says of one document: the file's name follows from document and seq. */
export interface DocumentEntry {
  readonly document: string;
  readonly seq: number;
  readonly crc32: string;
  readonly rows: number;
}

export const fileNameOf = ({ document, seq }: Pick<DocumentEntry, 'document' | 'seq'>): string =>
  `${document}.${seq}.json`;

/** A file of a document in some version, whole or unfinished. */
export const documentFilePattern = /^[A-Za-z]+-\d+\.\d+\.json(\.tmp)?$/;

/** Reads and writes the files of documents; a version of a document never changes once it is written. */
export class DocumentFiles {
  readonly #disk: Disk;
  readonly #folder: string;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  /** One after the other: a checkpoint holds one serialised slice in memory, not all of them. */
  write(document: string, seq: number, rows: readonly Row[]): Promise<DocumentEntry> {
    const turn = this.#queue.then(async () => {
      const header = { format: FORMAT, document, seq };
      const crc32 = await writeSealed(this.#disk, this.#folder, fileNameOf(header), header, rows);
      return { document, seq, crc32, rows: rows.length };
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  pathOf(entry: DocumentEntry): string {
    return join(this.#folder, fileNameOf(entry));
  }

  /** @throws Damaged when it is missing, damaged, or isn't the file that the manifest names */
  async read(entry: DocumentEntry): Promise<readonly Row[]> {
    const path = this.pathOf(entry);
    const bytes = await this.#disk.read(path);
    if (bytes === undefined) throw damaged(path, 'is missing');
    const { header, rows, crc32 } = await openSealed(bytes, path);
    if (crc32 !== entry.crc32 || rows.length !== entry.rows || header.document !== entry.document) {
      throw damaged(path, 'is not the file that the manifest names');
    }
    const collection = entry.document.slice(0, entry.document.lastIndexOf('-'));
    return header.format === FORMAT
      ? (rows as Row[])
      : rows.map(row => upgradeRow(header.format, collection, row as Row));
  }
}
