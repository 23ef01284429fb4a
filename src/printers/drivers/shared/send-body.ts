import { type FileHandle, open } from 'node:fs/promises';
import type { ClientRequest } from 'node:http';

/** Nothing of the printer's: our own file is gone, or the disk is broken. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/** Bytes in memory for each upload. */
const BLOCK = 256 * 1024;

/** Resolves when the system has taken the bytes, so that their memory may be used again. */
const write = (request: ClientRequest, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    request.write(bytes, error => (error ? reject(error) : resolve()));
  });

const readable = <T>(reading: Promise<T>): Promise<T> =>
  reading.catch(error => {
    throw new UnreadableFile((error as Error).message, { cause: error });
  });

const sendFile = async (request: ClientRequest, file: FileHandle): Promise<void> => {
  // One block for all of it: a new one for each piece would leave hundreds of MB behind between two collections.
  const block = Buffer.allocUnsafeSlow(BLOCK);
  for (;;) {
    const { bytesRead } = await readable(file.read(block, 0, BLOCK, null));
    if (bytesRead === 0) return;
    await write(request, block.subarray(0, bytesRead));
  }
};

/**
 * Sends head, file and tail, and ends the request.
 * @throws UnreadableFile; anything else when the connection has ended before
 */
export const sendBody = async (
  request: ClientRequest,
  { head, path, tail }: { readonly head: Buffer; readonly path: string; readonly tail: Buffer },
): Promise<void> => {
  const file = await readable(open(path));
  try {
    if (head.length > 0) await write(request, head);
    await sendFile(request, file);
    if (tail.length > 0) await write(request, tail);
    request.end();
  } finally {
    await file.close();
  }
};
