import type { CollectionName } from '../app/ports.ts';
import type { DocumentEntry, DocumentFiles } from './document-files.ts';
import { Document } from './documents.ts';
import { Indexes, indexedFields, type Plan } from './indexes.ts';
import { type AnyWhere, type Id, isBeyond, matcherOf, type Row } from './row.ts';
import { SortedIds } from './sorted-ids.ts';

/** Rows per document: what a checkpoint rewrites for one changed row. */
const ROWS_PER_DOCUMENT = 1000;

/**
 * The rows of one collection that are on disk, spread over lowdb documents: a new row goes into the youngest
 * document that isn't full, so that only few documents change between two checkpoints.
 */
export class Table {
  readonly name: CollectionName;
  readonly documents = new Map<number, Document>();
  /** Numbers of the documents that differ from their files. */
  dirty = new Set<number>();
  readonly #placeOf = new Map<Id, number>();
  readonly #ids = new SortedIds();
  readonly #indexes: Indexes;
  readonly #files: DocumentFiles;
  #youngest = 0;

  constructor(name: CollectionName, files: DocumentFiles) {
    this.name = name;
    this.#files = files;
    this.#indexes = new Indexes(indexedFields[name]);
  }

  get size(): number {
    return this.#ids.size;
  }

  get(id: Id): Row | undefined {
    const place = this.#placeOf.get(id);
    return place === undefined ? undefined : this.documents.get(place)?.data.rows.get(id);
  }

  /** Takes over a document as the manifest names it. */
  async adopt(number: number, entry: DocumentEntry): Promise<void> {
    const document = new Document(this.#files, this.#documentName(number), entry);
    await document.read();
    this.documents.set(number, document);
    this.#youngest = Math.max(this.#youngest, number);
    for (const row of document.data.rows.values()) {
      this.#placeOf.set(row.id, number);
      this.#ids.add(row.id);
      this.#indexes.replace(row.id, undefined, row);
    }
  }

  #documentName(number: number): string {
    return `${this.name}-${number}`;
  }

  put(row: Row): void {
    const { id } = row;
    let place = this.#placeOf.get(id);
    if (place === undefined) {
      place = this.#placeForNew();
      this.#placeOf.set(id, place);
      this.#ids.add(id);
    }
    const rows = this.#documentAt(place).data.rows;
    this.#indexes.replace(id, rows.get(id), row);
    rows.set(id, row);
    this.dirty.add(place);
  }

  delete(id: Id): void {
    const place = this.#placeOf.get(id);
    if (place === undefined) return;
    const rows = this.#documentAt(place).data.rows;
    this.#indexes.replace(id, rows.get(id), undefined);
    rows.delete(id);
    this.#placeOf.delete(id);
    this.#ids.delete(id);
    this.dirty.add(place);
  }

  #documentAt(number: number): Document {
    let document = this.documents.get(number);
    if (document === undefined) {
      document = new Document(this.#files, this.#documentName(number));
      this.documents.set(number, document);
    }
    return document;
  }

  #placeForNew(): number {
    if (this.#documentAt(this.#youngest).data.rows.size >= ROWS_PER_DOCUMENT) this.#youngest += 1;
    return this.#youngest;
  }

  /**
   * Begins to write every document that differs from its file, as it is now.
   * @param leaving rows that move elsewhere
   * @returns settles when none is being written any more
   */
  writeDocuments(seq: number, leaving: ReadonlySet<Id>): Promise<void> {
    const { dirty } = this;
    this.dirty = new Set();
    const writes = [...dirty].map(number => {
      const document = this.#documentAt(number);
      document.data.seq = seq;
      document.data.leaving = leaving;
      return document.write();
    });
    return Promise.allSettled(writes).then(async () => {
      await Promise.all(writes);
      this.#prune(dirty);
    });
  }

  /** Its document must be written again although no commit has changed it. */
  touch(id: Id): void {
    const place = this.#placeOf.get(id);
    if (place !== undefined) this.dirty.add(place);
  }

  /** What was written for that checkpoint does not count. */
  disownWritten(seq: number): void {
    for (const [number, document] of this.documents) if (document.data.seq === seq) this.dirty.add(number);
  }

  /** Drops a row that stands elsewhere now; its document's file is without it already. */
  drop(id: Id): void {
    const place = this.#placeOf.get(id);
    if (place === undefined) return;
    const wasDirty = this.dirty.has(place);
    this.delete(id);
    if (wasDirty) return;
    this.dirty.delete(place);
    this.#prune([place]);
  }

  /** Forgets documents that are empty for good. */
  #prune(numbers: Iterable<number>): void {
    for (const number of numbers) {
      const empty = this.documents.get(number)?.data.rows.size === 0;
      if (empty && number !== this.#youngest && !this.dirty.has(number)) this.documents.delete(number);
    }
  }

  /** Matching rows in the order of ids, or its reverse. */
  *select(where: AnyWhere | undefined, after: Id | undefined, descending: boolean): Generator<Row, void> {
    const plan = this.#indexes.plan(where);
    const matches = matcherOf(plan?.exact ? undefined : where);
    const ids = plan === undefined ? this.#ids.iterate(after, descending) : merged(plan, after, descending);
    for (const id of ids) {
      const row = this.get(id);
      if (row !== undefined && matches(row)) yield row;
    }
  }

  /** Costs nothing when an index holds exactly what is asked, else what the smallest index holds. */
  count(where: AnyWhere | undefined): number {
    const plan = this.#indexes.plan(where);
    if (plan?.exact) return plan.size;
    if (plan === undefined && Object.keys(where ?? {}).length === 0) return this.size;
    const matches = matcherOf(where);
    let count = 0;
    for (const row of this.select(where, undefined, false)) if (matches(row)) count += 1;
    return count;
  }
}

/** The ids of disjoint sorted sets, in order. */
function* merged(plan: Plan, after: Id | undefined, descending: boolean): Generator<Id, void> {
  const [only] = plan.sets;
  if (plan.sets.length <= 1) {
    if (only !== undefined) yield* only.iterate(after, descending);
    return;
  }
  const heads = plan.sets.flatMap(set => {
    const ids = set.iterate(after, descending);
    const first = ids.next();
    return first.done ? [] : [{ ids, id: first.value }];
  });
  while (heads.length > 0) {
    const next = heads.reduce((best, head) => (isBeyond(best.id, head.id, descending) ? head : best));
    yield next.id;
    const following = next.ids.next();
    if (following.done) heads.splice(heads.indexOf(next), 1);
    else next.id = following.value;
  }
}
