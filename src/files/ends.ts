import type { FileHandle } from 'node:fs/promises';

/** Slicers put what they know at the beginning and at the end of a file. */
const END_SIZE = 512 * 1024;

const readRange = async (handle: FileHandle, from: number, to: number): Promise<string> => {
  const buffer = Buffer.alloc(to - from);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
  return buffer.toString('utf8', 0, bytesRead);
};

/** The first and the last 512 KiB of a file, or all of a smaller one. */
export const readEnds = async (handle: FileHandle, size: number): Promise<string> => {
  if (size <= 2 * END_SIZE) return readRange(handle, 0, size);
  const head = await readRange(handle, 0, END_SIZE);
  const tail = await readRange(handle, size - END_SIZE, size);
  return `${head}\n${tail}`;
};
