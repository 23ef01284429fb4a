import type { Settings } from '../settings/definitions.ts';
import { createBackup } from '../store/backup.ts';
import { foldersOf } from './folders.ts';

const MEGABYTE = 1_000_000;

/**
 * One file with all that the server stores; it may run meanwhile.
 * @returns what to tell the operator
 * @throws Error whose message says what to do
 */
export const backUp = async (settings: Settings, file: string): Promise<string> => {
  const { files, seq } = await createBackup(foldersOf(settings), file);
  const size = files.reduce((sum, one) => sum + one.size, 0) / MEGABYTE;
  return [
    `Backed up to ${file} and read back: ${files.length} files, ${size.toFixed(1)} MB, up to commit ${seq}.`,
    "It holds the server's private key and the password hashes: keep it safe. The settings (.env) are not in it.",
  ].join('\n');
};
