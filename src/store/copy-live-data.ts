import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAcknowledged } from './acknowledged-mark.ts';
import { nodeDisk } from './disk.ts';
import { openLiveData } from './live-data.ts';

/**
 * The store's own files into an empty folder, where they can be opened while the server goes on with the others.
 * @throws StoreError when the folder holds no data or is damaged
 */
export const copyLiveData = async (from: string, to: string): Promise<void> => {
  const data = await openLiveData(from);
  try {
    for (const one of data.files) await writeFile(join(to, one.name), await one.read(), { mode: 0o600 });
    await data.confirm();
    await writeAcknowledged(nodeDisk, to, data.seq);
  } finally {
    await data.close();
  }
};
