import { crc32 } from 'node:zlib';
import type { Job } from '../domain/job.ts';
import { type AnyWhere, conditionsOf, type Id, type Row } from './row.ts';

/** Job ids per bucket: bucket 2 holds the archived ones of 2000 to 2999. */
export const BUCKET = 1000;
export const bucketOf = (id: number): number => Math.floor(id / BUCKET);

/** Fields with a few values, counted; and such with many, of which only hashes are kept. */
const countedFields = ['status', 'owner', 'printer'] as const;
const hashedFields = ['orderId', 'jobOrderId', 'fileId'] as const;
type HashedField = (typeof hashedFields)[number];

/** How many jobs of the bucket have that status, owner and printer. */
type Count = readonly [status: string, owner: string, printer: string, jobs: number];

export interface SummaryRow extends Row {
  readonly id: number;
  readonly size: number;
  /** One bit per id, base64. */
  readonly ids: string;
  readonly counts: readonly Count[];
  /** Sorted CRC-32 of each value, 4 bytes each, base64. */
  readonly hashes: Readonly<Record<HashedField, string>>;
}

const decodeHashes = (text: string): Uint32Array => {
  const bytes = Buffer.from(text, 'base64');
  return Uint32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4));
};

const encodeHashes = (values: Iterable<string>): string => {
  const hashes = [...new Set([...values].map(value => crc32(value)))].sort((left, right) => left - right);
  const bytes = Buffer.alloc(hashes.length * 4);
  for (const [index, hash] of hashes.entries()) bytes.writeUInt32LE(hash, index * 4);
  return bytes.toString('base64');
};

const includes = (sorted: Uint32Array, hash: number): boolean => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === hash;
};

export const summarise = (bucket: number, rows: Iterable<Row>): SummaryRow => {
  const jobs = [...rows] as unknown as readonly Job[];
  const ids = Buffer.alloc(Math.ceil(BUCKET / 8));
  const counts = new Map<string, [string, string, string, number]>();
  for (const { id, status, owner, printer } of jobs) {
    const offset = id % BUCKET;
    ids[offset >> 3] = (ids[offset >> 3] ?? 0) | (1 << (offset & 7));
    const key = `${status}\u0000${owner}\u0000${printer}`;
    const count = counts.get(key) ?? [status, owner, printer, 0];
    count[3] += 1;
    counts.set(key, count);
  }
  const hashes = (field: HashedField): string => encodeHashes(jobs.map(job => job[field]));
  return {
    id: bucket,
    size: jobs.length,
    ids: ids.toString('base64'),
    counts: [...counts.values()],
    hashes: { orderId: hashes('orderId'), jobOrderId: hashes('jobOrderId'), fileId: hashes('fileId') },
  };
};

/** What is known of a bucket without reading it. */
export class BucketSummary {
  readonly size: number;
  readonly statuses: ReadonlySet<string>;
  readonly #ids: Buffer;
  readonly #counts: readonly Count[];
  readonly #hashes: Readonly<Record<HashedField, Uint32Array>>;

  constructor(row: SummaryRow) {
    this.size = row.size;
    this.#ids = Buffer.from(row.ids, 'base64');
    this.#counts = row.counts;
    this.statuses = new Set(row.counts.map(([status]) => status));
    this.#hashes = {
      orderId: decodeHashes(row.hashes.orderId),
      jobOrderId: decodeHashes(row.hashes.jobOrderId),
      fileId: decodeHashes(row.hashes.fileId),
    };
  }

  has(id: Id): boolean {
    if (typeof id !== 'number') return false;
    const offset = id % BUCKET;
    return (((this.#ids[offset >> 3] ?? 0) >> (offset & 7)) & 1) === 1;
  }

  /** An upper bound of the jobs that meet the conditions, and whether it is exact. */
  estimate(where: AnyWhere | undefined): { readonly jobs: number; readonly exact: boolean } {
    const conditions = new Map(conditionsOf(where));
    for (const field of hashedFields) {
      const values = conditions.get(field);
      if (values === undefined) continue;
      const present = values.some(
        value => typeof value === 'string' && includes(this.#hashes[field], crc32(value)),
      );
      if (!present) return { jobs: 0, exact: true };
    }
    const wanted = countedFields.map(field => conditions.get(field));
    let jobs = 0;
    for (const count of this.#counts) {
      if (wanted.every((values, index) => values === undefined || values.includes(count[index])))
        jobs += count[3];
    }
    const known: readonly string[] = countedFields;
    return { jobs, exact: jobs === 0 || [...conditions.keys()].every(field => known.includes(field)) };
  }
}
