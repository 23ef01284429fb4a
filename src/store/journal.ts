import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutcomeUnknown } from '../app/ports.ts';
import { Refusal } from '../domain/refusal.ts';
import type { AcknowledgedMark } from './acknowledged-mark.ts';
import type { Disk, DiskFile } from './disk.ts';
import { encodeLine } from './journal-line.ts';

export const segmentName = (firstSeq: number): string => `journal.${firstSeq}.log`;
const segmentPattern = /^journal\.([1-9]\d*)\.log$/;

/** The first seq of a segment by its file's name; undefined for another file. */
export const firstSeqOf = (name: string): number | undefined => {
  const match = segmentPattern.exec(name);
  return match === null ? undefined : Number(match[1]);
};

/** How long a caller waits for a failed write to be cut off, in ms: a method call answers within 2 s. */
const CUT_PATIENCE = 1000;
const CUT_RETRY = 100;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'write error';

interface Segment {
  readonly firstSeq: number;
  readonly file: DiskFile;
  /** Bytes that are whole and on disk. */
  readonly size: number;
}

/** The end of the journal: appends groups of lines, durably, and takes back what failed. */
export class Journal {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #mark: AcknowledgedMark;
  #firstSeq: number;
  #file: DiskFile;
  #goodSize: number;
  /** The last seq on disk. */
  #synced: number;
  /** Something may stand behind the last good byte. */
  #dirty = false;

  constructor(disk: Disk, folder: string, mark: AcknowledgedMark, segment: Segment, synced: number) {
    this.#disk = disk;
    this.#folder = folder;
    this.#mark = mark;
    this.#firstSeq = segment.firstSeq;
    this.#file = segment.file;
    this.#goodSize = segment.size;
    this.#synced = synced;
  }

  get size(): number {
    return this.#goodSize;
  }

  get synced(): number {
    return this.#synced;
  }

  /**
   * @param entries encoded, with the seqs that follow `synced`
   * @throws Refusal StorageFailed when nothing of it is or ever will be on disk
   * @throws OutcomeUnknown when the disk refuses even to take it back
   */
  async append(entries: readonly string[]): Promise<void> {
    try {
      if (this.#dirty) await this.#cut();
    } catch (error) {
      throw new Refusal('StorageFailed', `The disk fails (${codeOf(error)}): nothing was stored.`, {
        cause: error,
      });
    }
    const bytes = Buffer.from(entries.map(entry => encodeLine(entry, this.#synced)).join(''));
    try {
      this.#dirty = true;
      await this.#file.append(bytes);
      await this.#file.sync();
    } catch (error) {
      await this.#takeBack(error);
      throw new Refusal(
        'StorageFailed',
        `The data could not be written (${codeOf(error)}): nothing was stored.`,
        {
          cause: error,
        },
      );
    }
    this.#dirty = false;
    const isFirst = this.#goodSize === 0;
    this.#goodSize += bytes.length;
    this.#synced += entries.length;
    // From the first commit on an empty segment is a damaged one.
    if (isFirst) await this.#mark.raise(this.#synced);
    else this.#mark.raiseSoon(this.#synced);
  }

  async #cut(): Promise<void> {
    await this.#file.truncate(this.#goodSize);
    await this.#file.sync();
    this.#dirty = false;
  }

  /** Nobody hears that nothing was stored before it is certain: a line left behind would come back at a restart. */
  async #takeBack(cause: unknown): Promise<void> {
    const end = performance.now() + CUT_PATIENCE;
    for (;;) {
      try {
        return await this.#cut();
      } catch {
        if (performance.now() + CUT_RETRY > end) {
          throw new OutcomeUnknown(
            `The disk fails (${codeOf(cause)}): whether the change was stored is unknown.`,
            { cause },
          );
        }
        await sleep(CUT_RETRY);
      }
    }
  }

  /**
   * Goes on in a new segment, so that the old ones can be removed once a checkpoint holds them.
   * Never while `append` runs.
   */
  async rotate(): Promise<void> {
    const firstSeq = this.#synced + 1;
    if (firstSeq === this.#firstSeq) return;
    if (this.#dirty) await this.#cut();
    const path = join(this.#folder, segmentName(firstSeq));
    await (await this.#disk.create(path)).close();
    await this.#disk.syncFolder(this.#folder);
    const file = await this.#disk.open(path);
    const old = this.#file;
    this.#file = file;
    this.#firstSeq = firstSeq;
    this.#goodSize = 0;
    await old.close();
  }

  async close(): Promise<void> {
    await this.#mark.close();
    await this.#file.close();
  }
}
