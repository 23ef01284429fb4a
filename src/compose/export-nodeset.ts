import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instanceNodeset } from '../opcua/export/instance-nodeset.ts';
import type { Settings } from '../settings/definitions.ts';
import { copyLiveData } from '../store/copy-live-data.ts';
import { nodeDisk } from '../store/disk.ts';
import { openStore } from '../store/open-store.ts';
import { StoreError } from '../store/store-error.ts';
import { foldersOf } from './folders.ts';
import { createLog } from './log.ts';

/** Names of the printers in a data folder that a server may be using. */
const printersIn = async (data: string): Promise<readonly string[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'mes-export-'));
  try {
    await copyLiveData(data, folder);
    const store = await openStore({ folder, disk: nodeDisk, log: createLog('warn') });
    try {
      return (await store.find('printers', { where: { removed: false } })).map(({ name }) => name);
    } finally {
      await store.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/**
 * The model with the lab's printers as one NodeSet2 file; the server may run meanwhile.
 * @returns what to tell the operator
 * @throws Error whose message says what to do
 */
export const exportNodeset = async (settings: Settings, file: string): Promise<string> => {
  const { data } = foldersOf(settings);
  if (existsSync(file)) throw new StoreError(`${file} exists already: give the export another name.`);
  const printers = await printersIn(data);
  await writeFile(file, await instanceNodeset(printers), { flag: 'wx' });
  const count = printers.length === 1 ? '1 printer' : `${printers.length} printers`;
  return `Wrote the model with ${count} to ${file}. Export it again when printers have come or gone.`;
};
