import { join } from 'node:path';
import type { Log } from '../app/ports.ts';
import type { Disk } from './disk.ts';
import { FORMAT } from './format.ts';
import { RESTORED_MARK } from './restore-marks.ts';
import { openSealed, writeSealed } from './sealed-document.ts';
import { damaged } from './store-error.ts';

export const ACKNOWLEDGED = 'acknowledged.json';

/** How far the mark may lag behind, in ms: it costs two syncs, so it isn't written for each commit. */
const LAG = 2000;

/**
 * The commit that the mark names, of a folder that has a manifest. A backup holds none, and who goes on with what is
 * left of a damaged folder takes it away: undefined then, and no print starts before a person has looked.
 * @throws StoreError when it is damaged, or missing without `restored.json`
 */
export const readAcknowledged = async (disk: Disk, folder: string): Promise<number | undefined> => {
  const path = join(folder, ACKNOWLEDGED);
  const bytes = await disk.read(path);
  if (bytes !== undefined) return (await openSealed(bytes, path)).header.seq;
  if ((await disk.list(folder)).includes(RESTORED_MARK)) return undefined;
  throw damaged(
    path,
    'is missing: nobody can tell whether the journal is whole (docs/operations.md, Damage)',
  );
};

/** Durable once it resolves. @param seq of a commit that is on disk; 0 before the first */
export const writeAcknowledged = async (disk: Disk, folder: string, seq: number): Promise<void> => {
  await writeSealed(disk, folder, ACKNOWLEDGED, { format: FORMAT, document: 'acknowledged', seq }, []);
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
      await writeAcknowledged(this.#disk, this.#folder, seq);
      this.#written = seq;
    } catch (error) {
      this.#log.warn(
        { err: error, file: join(this.#folder, ACKNOWLEDGED) },
        'The mark could not be written yet',
      );
    }
  }
}
