import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DependencyContainer } from 'tsyringe';
import type { Settings } from '../settings/definitions.ts';
import { nodeDisk } from '../store/disk.ts';
import { memoryDisk } from '../store/memory-disk.ts';
import { openStore } from '../store/open-store.ts';
import { tokens } from './tokens.ts';

export const registerStore = (container: DependencyContainer): void => {
  const { DATABASE_URL } = container.resolve(tokens.settings);
  container.registerInstance(tokens.disk, DATABASE_URL.kind === 'memory' ? memoryDisk() : nodeDisk);
};

/** Opening reads the disk, so it is no factory: the server awaits it before anything else is made. */
export const openConfiguredStore = (container: DependencyContainer) => {
  const { DATABASE_URL } = container.resolve(tokens.settings);
  return openStore({
    folder: DATABASE_URL.kind === 'memory' ? 'memory' : DATABASE_URL.path,
    disk: container.resolve(tokens.disk),
    log: container.resolve(tokens.log),
  });
};

/** Folder for small private files beside the store. */
export const privateFolder = ({ DATABASE_URL }: Settings): string =>
  DATABASE_URL.kind === 'memory' ? join(tmpdir(), `mes-printing-server-${process.pid}`) : DATABASE_URL.path;
