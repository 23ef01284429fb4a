import type { Settings } from '../settings/definitions.ts';
import { restoreBackup } from '../store/restore.ts';
import { foldersOf } from './folders.ts';
import { createLog } from './log.ts';

/**
 * Puts a backup in the place of what the server stores, all of it or nothing; no server may run on it.
 * @param force also where something is stored: it is kept aside
 * @returns what to tell the operator
 * @throws Error whose message says what to do
 */
export const restore = async (settings: Settings, file: string, force: boolean): Promise<string> => {
  const log = createLog('warn');
  const { files, createTime, aside } = await restoreBackup(file, foldersOf(settings), { log, force });
  const taken = new Date(createTime).toLocaleString('sv-SE');
  const lines = [`Restored ${file}, taken at ${taken} (${settings.TIME_ZONE}): ${files.length} files.`];
  if (aside.length > 0) {
    lines.push('What was there before is kept in:', ...aside.map(folder => `  ${folder}`));
  }
  return [
    ...lines,
    'Start the server: npm start. Then look at every bed and confirm it clear: until then nothing is printed there.',
  ].join('\n');
};
