import { crc32 } from 'node:zlib';
import type { Job } from '../domain/job.ts';
import { type AnyWhere, conditionsOf, type Id, type Row } from './row.ts';

/** Job ids per bucket: bucket 2 holds the archived ones of 2000 to 2999. */
export const BUCKET = 1000;
export const bucketOf = (id: number): number => Math.floor(id / BUCKET);

/** Fields with many values, of which only hashes are kept; those with few are counted. */
const hashedFields = ['orderId', 'jobOrderId', 'fileId'] as const;
type HashedField = (typeof hashedFields)[number];

/**
 * How many jobs of the bucket have these values. Earlier summaries end with the number: until it is made anew, the
 * fields behind it may have any value.
 */
type Count = readonly [
  status: string,
  owner: string,
  printer: string,
  jobs: number,
  submitter?: string,
  fromServer?: boolean,
];
/** Where in a count the number stands, and where each counted field. */
const JOBS = 3;
const positionOf = { status: 0, owner: 1, printer: 2, submitter: 4, fromServer: 5 } as const;
const COUNT_FIELDS = 6;

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
  const counts = new Map<string, [string, string, string, number, string, boolean]>();
  for (const { id, status, owner, printer, submitter, fromServer } of jobs) {
    const offset = id % BUCKET;
    ids[offset >> 3] = (ids[offset >> 3] ?? 0) | (1 << (offset & 7));
    const key = JSON.stringify([status, owner, printer, submitter, fromServer]);
    const count = counts.get(key) ?? [status, owner, printer, 0, submitter, fromServer];
    count[JOBS] += 1;
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
  /** It was made before all of its fields were counted: the bucket's rows make a better one. */
  readonly isOutdated: boolean;
  readonly #ids: Buffer;
  readonly #counts: readonly Count[];
  readonly #hashes: Readonly<Record<HashedField, Uint32Array>>;

  constructor(row: SummaryRow) {
    this.size = row.size;
    this.#ids = Buffer.from(row.ids, 'base64');
    this.#counts = row.counts;
    this.isOutdated = row.counts.some(count => count.length < COUNT_FIELDS);
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
    const asked = Object.entries(positionOf).flatMap(([field, position]) => {
      const values = conditions.get(field);
      return values === undefined ? [] : [{ position, values }];
    });
    let exact = [...conditions.keys()].every(field => Object.hasOwn(positionOf, field));
    let jobs = 0;
    for (const count of this.#counts) {
      const unknown = asked.filter(({ position }) => count[position] === undefined);
      const differs = asked.some(one => !unknown.includes(one) && !one.values.includes(count[one.position]));
      if (differs) continue;
      jobs += count[JOBS];
      exact &&= unknown.length === 0;
    }
    return { jobs, exact: jobs === 0 || exact };
  }
}
