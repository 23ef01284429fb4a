import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../app/ports.ts';
import type { Settings } from '../settings/definitions.ts';
import { privateFolder } from './store.ts';

const folderOf = (settings: Settings): string => join(privateFolder(settings), 'mock-printers');
const fileOf = (name: string): string => `${name}.json`;

/** Where the simulated machine of a Mock printer keeps its state; undefined without a data folder. */
export const memoryFileOf = (settings: Settings, name: string): string | undefined =>
  settings.DATABASE_URL.kind === 'memory' ? undefined : join(folderOf(settings), fileOf(name));

/** Names never come back: what the machines of removed printers kept is of no use. Before anything looks at them. */
export const removeForgottenMachines = async (settings: Settings, store: Store): Promise<void> => {
  if (settings.DATABASE_URL.kind === 'memory') return;
  const removed = await store.find('printers', { where: { removed: true } });
  if (removed.length === 0) return;
  const forgotten = new Set(removed.map(({ name }) => fileOf(name)));
  const folder = folderOf(settings);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (forgotten.has(name)) await rm(join(folder, name), { force: true });
};
