import { open } from 'node:fs/promises';
import { Refusal } from '../domain/refusal.ts';

/**
 * Runs a disk operation; its failure (disk full, no right, bad sector) becomes a refusal that says so.
 * @throws Refusal StorageFailed
 */
export const onDisk = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const hint = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : code;
    throw new Refusal('StorageFailed', `The server could not ${what}: ${hint}. Nothing was stored.`, {
      cause: error,
    });
  }
};

/** Makes a rename durable: the folder's entry has to reach the disk as well. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
