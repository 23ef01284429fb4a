import { DataUnreadable, type Log } from '../app/ports.ts';
import type { Bucket } from './archive.ts';
import { bucketOf } from './bucket-summary.ts';
import type { Disk } from './disk.ts';
import type { DocumentEntry } from './document-files.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Journal } from './journal.ts';
import { type Manifest, removeLeftovers, writeManifest } from './manifest.ts';
import type { Id, Row } from './row.ts';
import type { State } from './state.ts';

/** When the journal is worth a checkpoint: what a start has to replay stays small. */
export interface CheckpointLimits {
  readonly bytes: number;
  readonly commits: number;
}
export const defaultLimits: CheckpointLimits = { bytes: 32 * 1024 * 1024, commits: 20_000 };

export interface CheckpointDeps {
  readonly disk: Disk;
  readonly folder: string;
  readonly state: State;
  readonly journal: Journal;
  readonly commits: GroupCommit;
  readonly limits: CheckpointLimits;
  readonly log: Log;
}

/** What is taken at one moment between two commits; it is written while commits go on. */
interface Capture {
  readonly seq: number;
  /** Finished jobs as they were. */
  readonly leaving: ReadonlyMap<Id, Row>;
  /** Per bucket: jobs that come in, and undefined for such that go out. */
  readonly buckets: ReadonlyMap<number, ReadonlyMap<Id, Row | undefined>>;
  readonly documents: Promise<unknown>;
}

/** Moves what the journal holds into documents and buckets, and then drops the journal's past. */
export class Checkpoints {
  readonly #deps: CheckpointDeps;
  #manifest: Manifest;
  #running: Promise<void> | undefined;
  /** After a failure the next attempt waits for as much again. */
  #nextAt: { bytes: number; seq: number };

  constructor(deps: CheckpointDeps, manifest: Manifest) {
    this.#deps = deps;
    this.#manifest = manifest;
    this.#nextAt = { bytes: deps.limits.bytes, seq: manifest.seq + deps.limits.commits };
  }

  /** Asked after each group of commits. */
  startWhenDue(): void {
    const { journal, log } = this.#deps;
    if (this.#running !== undefined) return;
    if (journal.size < this.#nextAt.bytes && journal.synced < this.#nextAt.seq) return;
    this.run().catch(error => log.error({ err: error }, 'A checkpoint failed; the journal keeps everything'));
  }

  /** @throws whatever the disk throws: then all is as before, the journal keeps everything */
  async run(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => undefined);
    const running = this.#writeWhatCanBe().finally(() => {
      const { journal, limits } = this.#deps;
      this.#nextAt = { bytes: journal.size + limits.bytes, seq: journal.synced + limits.commits };
      this.#running = undefined;
    });
    this.#running = running;
    await running;
  }

  /** A bucket that cannot be read keeps nothing else from a checkpoint: its jobs wait among the open ones. */
  async #writeWhatCanBe(): Promise<void> {
    const { unreadable } = this.#deps.state.archive;
    for (;;) {
      const known = unreadable.size;
      try {
        return await this.#write();
      } catch (error) {
        if (!(error instanceof DataUnreadable) || unreadable.size <= known) throw error;
      }
    }
  }

  async #write(): Promise<void> {
    const { disk, folder, journal, commits, log } = this.#deps;
    const capture = await commits.between(async () => {
      if (journal.synced === this.#manifest.seq) return undefined;
      await journal.rotate();
      return this.#capture(journal.synced);
    });
    if (capture === undefined) return;
    const begin = performance.now();
    const changed = await this.#writeFiles(capture);
    let manifest: Manifest;
    try {
      manifest = await writeManifest(disk, folder, capture.seq, this.#entries(changed));
    } catch (error) {
      // Whether the new manifest is in place is not known: the files of both stay.
      this.#disown(capture);
      throw error;
    }
    this.#manifest = manifest;
    this.#install(capture, changed);
    await this.#tidy();
    const took = Math.round(performance.now() - begin);
    log.info({ seq: capture.seq, archived: capture.leaving.size, took }, 'Checkpoint written');
  }

  #capture(seq: number): Capture {
    const { state } = this.#deps;
    const jobs = state.table('jobs');
    const leaving = new Map<Id, Row>();
    const buckets = new Map<number, Map<Id, Row | undefined>>();
    const change = (id: Id, row: Row | undefined): void => {
      const number = bucketOf(Number(id));
      const bucket = buckets.get(number) ?? new Map<Id, Row | undefined>();
      buckets.set(number, bucket.set(id, row));
    };
    const isReadable = (id: Id): boolean => !state.archive.unreadable.has(bucketOf(Number(id)));
    for (const id of state.masked) if (isReadable(id)) change(id, undefined);
    for (const id of state.finished) {
      const row = jobs.get(id);
      if (row === undefined || !isReadable(id)) continue;
      leaving.set(id, row);
      jobs.touch(id);
      change(id, row);
    }
    const gone = new Set(leaving.keys());
    const none = new Set<Id>();
    // Ids are unique in one table alone: a printer may have the number of a job that leaves.
    const writes = [...state.tables()].map(table => table.writeDocuments(seq, table === jobs ? gone : none));
    const documents = Promise.allSettled(writes).then(() => Promise.all(writes));
    documents.catch(() => undefined);
    return { seq, leaving, buckets, documents };
  }

  async #writeFiles(capture: Capture): Promise<Bucket[]> {
    const { state } = this.#deps;
    try {
      await capture.documents;
      const changed: Bucket[] = [];
      for (const [number, rows] of capture.buckets)
        changed.push(await state.archive.rewrite(number, capture.seq, rows));
      const rewritten = new Set(capture.buckets.keys());
      return [...changed, ...(await state.archive.writeRenewed(capture.seq, rewritten))];
    } catch (error) {
      this.#disown(capture);
      // On a full disk the unfinished files would keep it full.
      await this.#tidy();
      throw error;
    }
  }

  #entries(changed: readonly Bucket[]): DocumentEntry[] {
    const { state } = this.#deps;
    const documents = [...state.tables()].flatMap(table =>
      [...table.documents.values()].map(one => one.entry),
    );
    const replaced = new Set(changed.map(bucket => bucket.number));
    const buckets = [...state.archive.buckets.filter(bucket => !replaced.has(bucket.number)), ...changed]
      .filter(bucket => bucket.summary.size > 0)
      .flatMap(bucket => [bucket.rows, bucket.summaryEntry]);
    return [...documents, ...buckets].filter(entry => entry !== undefined);
  }

  /** The files are durable: what has left the documents leaves memory, unless it has changed since. */
  #install({ leaving, buckets }: Capture, changed: readonly Bucket[]): void {
    const { state } = this.#deps;
    const jobs = state.table('jobs');
    state.archive.install(changed);
    for (const [id, archived] of [...buckets.values()].flatMap(rows => [...rows])) {
      const now = jobs.get(id);
      if (archived !== undefined && now === archived && leaving.has(id)) {
        jobs.drop(id);
        state.finished.delete(id);
        state.masked.delete(id);
      } else if (archived === undefined) state.masked.delete(id);
      else state.masked.add(id);
    }
  }

  /** The documents that were written differ from what the manifest names. */
  #disown(capture: Capture): void {
    for (const table of this.#deps.state.tables()) table.disownWritten(capture.seq);
  }

  /** Leftovers cost space, nothing else: they go at the next checkpoint or start. */
  async #tidy(): Promise<void> {
    const { disk, folder, log } = this.#deps;
    try {
      await removeLeftovers(disk, folder, this.#manifest);
    } catch (error) {
      log.warn({ err: error }, 'Superseded files could not be removed yet');
    }
  }
}
