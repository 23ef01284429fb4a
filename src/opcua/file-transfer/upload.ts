import type { Application } from '../../app/application.ts';
import { within } from '../../app/deadline.ts';
import { newFileId } from '../../app/files/new-file-id.ts';
import type { Actor } from '../../domain/account.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import { createUploadStream } from './upload-stream.ts';

/** Bytes that one Write may carry: they are hashed and checked in one go. */
export const MAX_CHUNK = 1024 * 1024;
/** Bytes of one upload that may wait for the disk: a client that does not wait for its answers fills no memory. */
const MAX_WAITING = 4 * MAX_CHUNK;
/** ms that the disk may take for one piece, and to open the file. */
const WRITE_LIMIT = 10_000;
const OPEN_LIMIT = 2000;

/** An upload ended before it was whole; nothing is left of it. */
export class UploadEnded extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'UploadEnded';
  }
}

/** A file that a client sends, on its way to the disk. */
export interface Upload {
  /** What the file is called once it is committed. */
  readonly fileId: string;
  readonly actor: Actor;
  /** Bytes that were accepted. */
  position(): number;
  /**
   * Answered when the bytes are with the disk. After a failure nothing is left of the upload.
   * @throws UploadEnded, and whatever storing the file throws
   */
  write(data: Buffer): Promise<void>;
  /** No more bytes come. @returns the file, checked and on disk @throws what storing the file throws */
  commit(): Promise<GcodeFile>;
  abort(reason: string): void;
}

/**
 * The same use case as over HTTP stores the bytes while they come.
 * @returns once the storage has taken the name and opened its file
 * @throws Refusal InvalidArgument for a name that is none of a g-code file
 */
export const openUpload = async (
  application: Pick<Application, 'storeFile'>,
  actor: Actor,
  name: string,
): Promise<Upload> => {
  const fileId = newFileId();
  const end = new AbortController();
  const stream = createUploadStream();
  const stored = application.storeFile(actor, name, stream.content, end.signal, fileId);
  // Whoever calls next is told.
  stored.catch(() => {});
  let position = 0;

  const abort = (reason: string): void => end.abort(new UploadEnded(reason));
  const orFailed = async (work: Promise<void>): Promise<void> => {
    await Promise.race([work, stored]);
  };

  try {
    await within(OPEN_LIMIT, 'Opening an upload', orFailed(stream.asked));
  } catch (error) {
    abort('The upload could not be opened.');
    throw error;
  }
  return {
    fileId,
    actor,
    position: () => position,
    async write(data) {
      end.signal.throwIfAborted();
      if (stream.waiting() + data.length > MAX_WAITING) {
        abort('The client sent more without waiting for answers than may wait for the disk.');
        end.signal.throwIfAborted();
      }
      position += data.length;
      try {
        await within(WRITE_LIMIT, 'Writing an upload to disk', orFailed(stream.write(data)));
      } catch (error) {
        abort('The upload could not be written.');
        throw error;
      }
    },
    commit() {
      stream.end();
      return stored;
    },
    abort,
  };
};
