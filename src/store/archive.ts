import { DataUnreadable, type Log } from '../app/ports.ts';
import { BUCKET, BucketSummary, bucketOf, type SummaryRow, summarise } from './bucket-summary.ts';
import { type DocumentEntry, type DocumentFiles, fileNameOf } from './document-files.ts';
import {
  type AnyQuery,
  type AnyWhere,
  compareIds,
  conditionsOf,
  type Id,
  isBeyond,
  matcherOf,
  type Row,
} from './row.ts';
import { Damaged } from './store-error.ts';

/** Buckets that are kept in memory after they were read. */
const CACHED_BUCKETS = 8;
/** Summaries that one checkpoint writes beside those of its own buckets: each costs two syncs. */
const RENEWED_AT_ONCE = 100;

export interface Bucket {
  readonly number: number;
  readonly summary: BucketSummary;
  readonly rows: DocumentEntry;
  readonly summaryEntry: DocumentEntry;
  /** A better summary than that of the file: the next checkpoint writes it. */
  readonly renewed?: SummaryRow;
}

/** A checkpoint has replaced the bucket's file meanwhile: what was being read must be read again. */
export class BucketMoved extends Error {}

/** Archived ids that newer rows hide. */
export type Hidden = ReadonlySet<Id>;

const bucketDocument = (number: number): string => `bucket-${number}`;
const summaryDocument = (number: number): string => `summary-${number}`;

const faultOf = (cause: unknown): string => {
  if (cause instanceof Damaged) return cause.what;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'read error';
  return `cannot be read (${code})`;
};

/** Finished jobs in buckets of ids: only the summaries are in memory, buckets are read when they are asked for. */
export class Archive {
  readonly #files: DocumentFiles;
  readonly #log: Log;
  /** Replaced, never changed: a reader keeps the one that it began with. */
  #buckets: ReadonlyMap<number, Bucket> = new Map();
  #order: readonly Bucket[] = [];
  #statuses: ReadonlySet<string> = new Set();
  /** In the order of their last use, by document and seq. */
  readonly #cache = new Map<DocumentEntry, Promise<ReadonlyMap<Id, Row>>>();
  readonly #unreadable = new Map<number, DataUnreadable>();

  constructor(files: DocumentFiles, log: Log) {
    this.#files = files;
    this.#log = log;
  }

  /** By number, the buckets whose rows could not be read when they were last asked for. */
  get unreadable(): ReadonlyMap<number, DataUnreadable> {
    return this.#unreadable;
  }

  get buckets(): readonly Bucket[] {
    return this.#order;
  }

  /** Takes over a bucket as the manifest names it. */
  async adopt(number: number, rows: DocumentEntry, summaryEntry: DocumentEntry): Promise<Bucket> {
    const [summary] = (await this.#files.read(summaryEntry)) as readonly SummaryRow[];
    if (summary === undefined) throw new Error(`The summary of bucket ${number} is empty.`);
    return { number, summary: new BucketSummary(summary), rows, summaryEntry };
  }

  /** @param changed new versions; a bucket without rows is dropped */
  install(changed: readonly Bucket[]): void {
    const buckets = new Map(this.#buckets);
    for (const bucket of changed) {
      if (bucket.summary.size === 0) buckets.delete(bucket.number);
      else buckets.set(bucket.number, bucket);
    }
    this.#buckets = buckets;
    this.#order = [...buckets.values()].sort((left, right) => left.number - right.number);
    this.#statuses = new Set(this.#order.flatMap(({ summary }) => [...summary.statuses]));
  }

  /** Writes the next version of a bucket; undefined takes a row out. @throws DataUnreadable */
  async rewrite(number: number, seq: number, changes: ReadonlyMap<Id, Row | undefined>): Promise<Bucket> {
    const old = this.#buckets.get(number);
    const rows = new Map(old === undefined ? [] : await this.#read(old));
    for (const [id, row] of changes) {
      if (row === undefined) rows.delete(id);
      else rows.set(id, row);
    }
    const ordered = [...rows.values()].sort((left, right) => compareIds(left.id, right.id));
    const summary = summarise(number, ordered);
    return {
      number,
      summary: new BucketSummary(summary),
      rows: await this.#files.write(bucketDocument(number), seq, ordered),
      summaryEntry: await this.#files.write(summaryDocument(number), seq, [summary]),
    };
  }

  /** Writes summaries that were made anew since; their buckets stay as they are. */
  async writeRenewed(seq: number, without: ReadonlySet<number>): Promise<Bucket[]> {
    const written: Bucket[] = [];
    for (const { number, summary, rows, renewed } of this.#order) {
      if (renewed === undefined || without.has(number)) continue;
      if (written.length === RENEWED_AT_ONCE) break;
      const summaryEntry = await this.#files.write(summaryDocument(number), seq, [renewed]);
      written.push({ number, summary, rows, summaryEntry });
    }
    return written;
  }

  has(id: Id): boolean {
    return typeof id === 'number' && (this.#buckets.get(bucketOf(id))?.summary.has(id) ?? false);
  }

  /** @throws BucketMoved, DataUnreadable */
  async get(id: Id): Promise<Row | undefined> {
    const bucket = typeof id === 'number' ? this.#buckets.get(bucketOf(id)) : undefined;
    return bucket?.summary.has(id) ? (await this.#read(bucket)).get(id) : undefined;
  }

  #candidates(where: AnyWhere | undefined): readonly Bucket[] {
    const statuses = new Map(conditionsOf(where)).get('status');
    if (statuses && !statuses.some(status => this.#statuses.has(String(status)))) return [];
    return this.#order.filter(({ summary }) => summary.estimate(where).jobs > 0);
  }

  /**
   * Merges archived rows into the others that were found.
   * @throws BucketMoved, DataUnreadable
   */
  async merge(others: Row[], query: AnyQuery, hidden: Hidden): Promise<Row[]> {
    const { where, after, limit = Number.POSITIVE_INFINITY, descending = false } = query;
    if (limit <= 0) return others;
    const matches = matcherOf(where);
    const candidates = this.#candidates(where).filter(({ number }) => {
      const farthest = descending ? number * BUCKET : (number + 1) * BUCKET - 1;
      return isBeyond(farthest, after, descending);
    });
    if (candidates.length === 0) return others;
    const found: Row[] = [];
    let next = 0;
    for (const bucket of descending ? candidates.toReversed() : candidates) {
      const nearest = descending ? (bucket.number + 1) * BUCKET - 1 : bucket.number * BUCKET;
      for (let row = others[next]; row && isBeyond(nearest, row.id, descending); row = others[++next])
        found.push(row);
      if (found.length >= limit) break;
      const rows = [...(await this.#read(bucket)).values()];
      for (const row of descending ? rows.reverse() : rows) {
        if (hidden.has(row.id) || !matches(row) || !isBeyond(row.id, after, descending)) continue;
        for (let one = others[next]; one && isBeyond(row.id, one.id, descending); one = others[++next])
          found.push(one);
        found.push(row);
      }
    }
    if (found.length < limit) found.push(...others.slice(next));
    return found.length > limit ? found.slice(0, limit) : found;
  }

  /** @throws BucketMoved, DataUnreadable */
  async count(where: AnyWhere | undefined, hidden: Hidden): Promise<number> {
    const matches = matcherOf(where);
    let count = 0;
    for (const bucket of this.#candidates(where)) {
      const { jobs, exact } = bucket.summary.estimate(where);
      const covered = [...hidden].filter(id => typeof id === 'number' && bucketOf(id) === bucket.number);
      if (exact && !covered.some(id => bucket.summary.has(id))) {
        count += jobs;
        continue;
      }
      for (const row of (await this.#read(bucket)).values())
        if (!hidden.has(row.id) && matches(row)) count += 1;
    }
    return count;
  }

  #read(bucket: Bucket): Promise<ReadonlyMap<Id, Row>> {
    const cached = this.#cache.get(bucket.rows);
    const rows = cached ?? this.#load(bucket);
    this.#cache.delete(bucket.rows);
    this.#cache.set(bucket.rows, rows);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > CACHED_BUCKETS && oldest !== undefined) this.#cache.delete(oldest);
    rows.catch(() => this.#cache.delete(bucket.rows));
    return rows;
  }

  async #load(bucket: Bucket): Promise<ReadonlyMap<Id, Row>> {
    try {
      const rows = await this.#files.read(bucket.rows);
      this.#renewSummary(bucket, rows);
      if (this.#unreadable.delete(bucket.number)) {
        this.#log.info({ file: this.#files.pathOf(bucket.rows) }, 'Archived jobs can be read again');
      }
      return new Map(rows.map(row => [row.id, row]));
    } catch (error) {
      if (this.#buckets.get(bucket.number)?.rows !== bucket.rows) throw new BucketMoved();
      throw this.#noteUnreadable(bucket, error);
    }
  }

  /** Whoever has to read a bucket for want of a better summary does so once. */
  #renewSummary(read: Bucket, rows: readonly Row[]): void {
    const bucket = this.#buckets.get(read.number);
    if (bucket?.rows !== read.rows || !bucket.summary.isOutdated) return;
    const renewed = summarise(bucket.number, rows);
    this.install([{ ...bucket, summary: new BucketSummary(renewed), renewed }]);
  }

  /** Told in the log once; it is read anew each time, since a disk may recover and a file be put back. */
  #noteUnreadable({ number, rows }: Bucket, cause: unknown): DataUnreadable {
    const jobs = `${number * BUCKET} to ${(number + 1) * BUCKET - 1}`;
    const unreadable = new DataUnreadable(
      `Archived jobs ${jobs} cannot be read: ${fileNameOf(rows)} ${faultOf(cause)}. ` +
        'Restore a backup; all other jobs work.',
      { cause },
    );
    if (!this.#unreadable.has(number)) {
      this.#log.error(
        { err: cause, file: this.#files.pathOf(rows) },
        'Archived jobs cannot be read: restore a backup; all else works meanwhile',
      );
    }
    this.#unreadable.set(number, unreadable);
    return unreadable;
  }
}
