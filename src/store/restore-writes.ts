import { StoreError } from './store-error.ts';

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'make room there',
  EDQUOT: 'make room there',
  EACCES: 'let this user write there',
  EPERM: 'let this user write there',
  EROFS: 'mount it for writing',
};

/**
 * Runs what writes into the target of a restore, so that its failure is not taken for one of the backup.
 * @throws StoreError that names the folder, why it failed and what to do
 */
export const writingTo = async <T>(folder: string, state: string, write: () => Promise<T>): Promise<T> => {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const remedy = remedies[String(error.code)] ?? 'check the disk';
    const retry = `${remedy[0]?.toUpperCase()}${remedy.slice(1)} and repeat the restore.`;
    throw new StoreError(`Writing to ${folder} failed (${error.message}). ${state} ${retry}`, {
      cause: error,
    });
  }
};
