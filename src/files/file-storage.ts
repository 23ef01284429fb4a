import { createHash } from 'node:crypto';
import { access, type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { newFileId } from '../app/files/new-file-id.ts';
import { type FileStorage, FileTooLarge, type Log, type StoredUpload } from '../app/ports.ts';
import type { GcodeFile, GcodeKind, GcodeMetadata } from '../domain/gcode-file.ts';
import { Refusal } from '../domain/refusal.ts';
import { readBgcode } from './bgcode.ts';
import { createBgcodeCheck } from './bgcode-check.ts';
import { onDisk, syncFolder } from './disk.ts';
import { readEnds } from './ends.ts';
import { metadataOfBgcode, metadataOfText } from './metadata/metadata.ts';
import { createTextCheck } from './text-check.ts';
import { displayName, kindOfName } from './upload-name.ts';

export interface FileStorageDeps {
  /** Holds one file per id, and the temporary files of uploads under way. */
  readonly folder: string;
  readonly maxBytes: number;
  readonly log: Log;
}

const TEMPORARY = /^\.upload-.*\.part$/;
const ID = /^f-[0-9a-f]{20}$/;
const kinds: readonly GcodeKind[] = ['gcode', 'bgcode'];

const notAnId = (id: string): Error => new Error(`Not the id of a stored file: ${JSON.stringify(id)}`);

interface Written {
  readonly size: number;
  readonly sha256: string;
}

/** `start` makes the folder and removes what interrupted uploads left. */
export const createFileStorage = (deps: FileStorageDeps): FileStorage & { start(): Promise<void> } => {
  const { folder, maxBytes, log } = deps;

  const pathOf = (id: string, kind: GcodeKind): string => {
    if (!ID.test(id)) throw notAnId(id);
    return join(folder, `${id}.${kind}`);
  };

  /** Streams the content into the file; one chunk is in memory at a time. */
  const write = async (
    handle: FileHandle,
    kind: GcodeKind,
    content: Readable,
    signal: AbortSignal,
  ): Promise<Written> => {
    const check = kind === 'gcode' ? createTextCheck() : createBgcodeCheck();
    const hash = createHash('sha256');
    let size = 0;
    for await (const data of addAbortSignal(signal, content)) {
      const chunk: Buffer = Buffer.isBuffer(data) ? data : Buffer.from(data);
      size += chunk.length;
      if (size > maxBytes) throw new FileTooLarge(maxBytes);
      check.push(chunk);
      hash.update(chunk);
      await onDisk('write the upload', () => handle.writeFile(chunk));
    }
    signal.throwIfAborted();
    if (size === 0) throw new Refusal('InvalidArgument', 'The file is empty.');
    check.end();
    return { size, sha256: hash.digest('hex') };
  };

  const metadataOf = async (
    handle: FileHandle,
    kind: GcodeKind,
    size: number,
    signal: AbortSignal,
  ): Promise<GcodeMetadata> =>
    kind === 'bgcode'
      ? metadataOfBgcode(await readBgcode(handle, size, signal))
      : metadataOfText(await readEnds(handle, size));

  const save = async (
    name: string,
    content: Readable,
    signal: AbortSignal,
    id = newFileId(),
  ): Promise<StoredUpload> => {
    if (!ID.test(id)) throw notAnId(id);
    const temporary = join(folder, `.upload-${id}.part`);
    const left = [temporary];
    try {
      const shownName = displayName(name);
      const kind = kindOfName(shownName);
      const handle = await onDisk('make the file', () => open(temporary, 'wx+', 0o640));
      let written: Written;
      let metadata: GcodeMetadata;
      try {
        written = await write(handle, kind, content, signal);
        metadata = await metadataOf(handle, kind, written.size, signal);
        await onDisk('sync the upload', () => handle.sync());
      } finally {
        await handle.close();
      }
      signal.throwIfAborted();
      left.push(pathOf(id, kind));
      await onDisk('rename the upload', () => rename(temporary, pathOf(id, kind)));
      await onDisk('sync the folder of uploads', () => syncFolder(folder));
      log.info({ fileId: id, kind, size: written.size }, 'File stored');
      return { id, name: shownName, kind, ...written, metadata };
    } catch (error) {
      await removeQuietly(left);
      throw signal.aborted ? signal.reason : error;
    } finally {
      content.destroy();
    }
  };

  const removeQuietly = async (paths: readonly string[]): Promise<void> => {
    for (const path of paths) {
      await rm(path, { force: true }).catch((error: unknown) =>
        log.warn({ err: error, path }, 'A file of a failed upload could not be removed'),
      );
    }
  };

  return {
    async start() {
      await mkdir(folder, { recursive: true, mode: 0o750 });
      const left = (await readdir(folder)).filter(name => TEMPORARY.test(name));
      for (const name of left) await rm(join(folder, name), { force: true });
      if (left.length > 0) log.info({ count: left.length }, 'Removed what interrupted uploads left');
    },

    save,

    pathOf: (file: GcodeFile) => pathOf(file.id, file.kind),

    exists: async (file: GcodeFile) =>
      access(pathOf(file.id, file.kind)).then(
        () => true,
        () => false,
      ),

    async remove(id: string) {
      for (const kind of kinds) await rm(pathOf(id, kind), { force: true });
      await syncFolder(folder);
    },
  };
};
