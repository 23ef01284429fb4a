import { join } from 'node:path';
import type { Log } from '../app/ports.ts';
import type { Disk } from './disk.ts';
import { FORMAT } from './format.ts';
import { openSealed, writeSealed } from './sealed-document.ts';

export const ACKNOWLEDGED = 'acknowledged.json';

/** How far the mark may lag behind, in ms: it costs two syncs, so it isn't written for each commit. */
const LAG = 2000;

/**
 * The commit that the mark in the folder names, 0 without one (a new folder, or one of an earlier program).
 * @throws StoreError when it is damaged
 */
export const readAcknowledged = async (disk: Disk, folder: string): Promise<number> => {
  const path = join(folder, ACKNOWLEDGED);
  const bytes = await disk.read(path);
  return bytes === undefined ? 0 : (await openSealed(bytes, path)).header.seq;
};

/**
 * Names a commit that was acknowledged: a journal that ends before it was cut short, by whatever, and is not the
 * torn end of a crash. It is a witness and nothing else: the journal alone decides what is stored, and a mark that
 * cannot be written is tried again.
 */
export class AcknowledgedMark {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #log: Log;
  #written: number;
  #wanted: number;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param written what the folder's mark, or its checkpoint, already tells */
  constructor(disk: Disk, folder: string, written: number, log: Log) {
    this.#disk = disk;
    this.#folder = folder;
    this.#log = log;
    this.#written = written;
    this.#wanted = written;
  }

  /** Within the lag. @param seq of a commit that is on disk */
  raiseSoon(seq: number): void {
    this.#wanted = Math.max(this.#wanted, seq);
    this.#timer ??= setTimeout(() => void this.#catchUp(), LAG).unref();
  }

  /** Before it resolves, if the disk lets it. @param seq of a commit that is on disk */
  async raise(seq: number): Promise<void> {
    this.#wanted = Math.max(this.#wanted, seq);
    // One that is under way may name an earlier commit.
    await this.#writing;
    await this.#catchUp();
  }

  async close(): Promise<void> {
    await this.raise(this.#wanted);
  }

  #catchUp(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const seq = this.#wanted;
    if (seq === this.#written) return;
    try {
      const header = { format: FORMAT, document: 'acknowledged', seq };
      await writeSealed(this.#disk, this.#folder, ACKNOWLEDGED, header, []);
      this.#written = seq;
    } catch (error) {
      this.#log.warn(
        { err: error, file: join(this.#folder, ACKNOWLEDGED) },
        'The mark could not be written yet',
      );
    }
  }
}
