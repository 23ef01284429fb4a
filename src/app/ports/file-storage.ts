import type { Readable } from 'node:stream';
import type { GcodeFile, GcodeKind, GcodeMetadata } from '../../domain/gcode-file.ts';

export interface StoredUpload {
  readonly id: string;
  readonly name: string;
  readonly kind: GcodeKind;
  readonly size: number;
  readonly sha256: string;
  readonly metadata: GcodeMetadata;
}

/** G-code on disk. */
export interface FileStorage {
  /**
   * Streams, checks, hashes, syncs and renames; on any failure nothing is left.
   * @param id of `newFileId`; absent: a new one
   * @throws Refusal InvalidArgument with what is wrong with the file
   * @throws FileTooLarge over the size limit
   */
  save(name: string, content: Readable, signal: AbortSignal, id?: string): Promise<StoredUpload>;
  pathOf(file: GcodeFile): string;
  exists(file: GcodeFile): Promise<boolean>;
  remove(id: string): Promise<void>;
}

export class FileTooLarge extends Error {
  constructor(limit: number) {
    super(`The file is larger than the limit of ${limit} bytes.`);
    this.name = 'FileTooLarge';
  }
}
