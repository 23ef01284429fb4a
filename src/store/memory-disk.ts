import { basename, dirname } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';

class MemoryFile {
  chunks: Uint8Array[] = [];
  size = 0;

  append(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.size += bytes.length;
  }

  content(): Buffer {
    const whole = Buffer.concat(this.chunks);
    this.chunks = [whole];
    return whole;
  }

  truncate(size: number): void {
    this.chunks = [this.content().subarray(0, size)];
    this.size = size;
  }
}

const missing = (path: string): Error =>
  Object.assign(new Error(`ENOENT: no such file, '${path}'`), { code: 'ENOENT' });

/** A disk that ends with the process: for trials (`sqlite+aiosqlite://`) and tests. */
export const memoryDisk = (): Disk => {
  const files = new Map<string, MemoryFile>();

  const existing = (path: string): MemoryFile => {
    const file = files.get(path);
    if (file === undefined) throw missing(path);
    return file;
  };

  const handle = (file: MemoryFile): DiskFile => ({
    append: async bytes => file.append(bytes),
    sync: async () => undefined,
    truncate: async size => file.truncate(size),
    close: async () => undefined,
  });

  return {
    makeFolder: async () => undefined,
    list: async folder =>
      [...files.keys()].filter(path => dirname(path) === folder).map(path => basename(path)),
    read: async path => files.get(path)?.content(),
    async create(path) {
      const file = new MemoryFile();
      files.set(path, file);
      return handle(file);
    },
    open: async path => handle(existing(path)),
    async rename(from, to) {
      const file = existing(from);
      files.delete(from);
      files.set(to, file);
    },
    async remove(path) {
      files.delete(path);
    },
    syncFolder: async () => undefined,
    lock: async () => ({ release: async () => undefined, isHeld: async () => true }),
  };
};
