import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeDisk } from './disk.ts';
import { isMissing } from './is-missing.ts';

/** Stands in a data folder while a restore replaces it: no server starts on what is half restored. */
export const UNFINISHED_MARK = '.restore-unfinished';
/** Stands in a restored data folder until the server has settled what may have happened after the backup. */
export const RESTORED_MARK = 'restored.json';

/** Durable once it resolves. @param createTime of the backup; ISO 8601, UTC */
export const leaveRestoredMark = async (folder: string, createTime: string): Promise<void> => {
  await writeFile(join(folder, RESTORED_MARK), `${JSON.stringify({ createTime })}\n`, {
    flush: true,
    mode: 0o600,
  });
  await nodeDisk.syncFolder(folder);
};

/** Its mere presence counts: one that cannot be understood must not let prints start. */
export const hasRestoredMark = async (folder: string): Promise<boolean> => {
  try {
    await readFile(join(folder, RESTORED_MARK));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
};

export const removeRestoredMark = async (folder: string): Promise<void> => {
  await rm(join(folder, RESTORED_MARK), { force: true });
  await nodeDisk.syncFolder(folder);
};
