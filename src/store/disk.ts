import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { isMissing } from './is-missing.ts';
import { type FolderLock, lockFolder } from './lock.ts';

/** An open file that only grows, except when it is cut. */
export interface DiskFile {
  append(bytes: Uint8Array): Promise<void>;
  /** fdatasync: what was appended or cut before survives a power failure. */
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/** The seam between the store and the file system, where tests make the disk fail. */
export interface Disk {
  makeFolder(folder: string): Promise<void>;
  /** Names of the files and folders directly in it, in no order. */
  list(folder: string): Promise<readonly string[]>;
  /** Undefined when there is no such file. */
  read(path: string): Promise<Buffer | undefined>;
  /** A new, empty file; one that exists is emptied. */
  create(path: string): Promise<DiskFile>;
  /** An existing file, to append to it; made for many small appends, each followed by a sync. */
  open(path: string): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  /** A file that is not there has been removed. */
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals in the folder survive a power failure. */
  syncFolder(folder: string): Promise<void>;
  /**
   * Keeps other processes out.
   * @throws StoreError when somebody else holds it
   */
  lock(folder: string): Promise<FolderLock>;
}

/**
 * With this flag a write returns once it is on disk, as if an fdatasync had followed, for two thirds of what the two calls
 * cost. Elsewhere it is missing or, on macOS, leaves the data in the drive's cache.
 */
const SYNCED_WRITES = process.platform === 'linux' ? constants.O_DSYNC : 0;

/** @param syncedWrites it was opened with `SYNCED_WRITES`: what was appended needs no sync */
const asDiskFile = (handle: FileHandle, syncedWrites = false): DiskFile => {
  // What was written before it was opened, cut off or failed may not be on disk.
  let needsSync = true;
  return {
    async append(bytes) {
      const neededSync = needsSync;
      needsSync = true;
      for (let offset = 0; offset < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, offset);
        offset += bytesWritten;
      }
      needsSync = neededSync || !syncedWrites;
    },
    async sync() {
      if (!needsSync) return;
      await handle.datasync();
      needsSync = false;
    },
    async truncate(size) {
      needsSync = true;
      await handle.truncate(size);
    },
    close: () => handle.close(),
  };
};

/** Only the owner may read: the rows hold password hashes and API keys. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

export const nodeDisk: Disk = {
  async makeFolder(folder) {
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  },
  list: folder => readdir(folder),
  async read(path) {
    try {
      return await readFile(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  async create(path) {
    const flags = constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY | constants.O_APPEND;
    return asDiskFile(await open(path, flags, FILE_MODE));
  },
  async open(path) {
    const flags = constants.O_WRONLY | constants.O_APPEND | SYNCED_WRITES;
    return asDiskFile(await open(path, flags), SYNCED_WRITES !== 0);
  },
  rename,
  remove: path => rm(path, { force: true }),
  async syncFolder(folder) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  lock: lockFolder,
};
