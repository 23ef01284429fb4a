import type {
  CollectionName,
  Collections,
  Query,
  RowChange,
  RowId,
  Transaction,
  Where,
} from '../app/ports.ts';
import type { JournalEntry } from './journal-line.ts';
import type { AnyQuery, AnyWhere, Id, Row, RowsById } from './row.ts';
import type { State } from './state.ts';
import { type Layer, View } from './view.ts';

interface Change {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** Rows of the archive that the runs of one closure have asked for. */
export type KnownArchived = Map<Id, Row | undefined>;

/** One run of a transaction's closure: its own writes over what was accepted before it. */
export class Overlay implements Transaction {
  readonly #own = new Map<CollectionName, RowsById>();
  readonly #changes = new Map<CollectionName, Map<Id, Change>>();
  readonly #below: View;
  readonly #view: View;
  readonly #archived: KnownArchived;
  #closed = false;
  /** An archived row that is written without having been read: the closure runs again once it is known. */
  needs: Id | undefined;

  constructor(state: State, accepted: Layer, archived: KnownArchived) {
    this.#archived = archived;
    this.#below = new View(state, [accepted]);
    this.#view = new View(state, [this.#own, accepted]);
  }

  async get<C extends CollectionName>(collection: C, id: RowId<C>): Promise<Collections[C] | undefined> {
    this.#checkOpen();
    const row = await this.#view.get(collection, id);
    if (collection === 'jobs' && this.#below.peek('jobs', id) === 'archived') this.#archived.set(id, row);
    return row as Collections[C] | undefined;
  }

  async find<C extends CollectionName>(
    collection: C,
    query?: Query<Collections[C]>,
  ): Promise<readonly Collections[C][]> {
    this.#checkOpen();
    return (await this.#view.find(
      collection,
      query as AnyQuery | undefined,
    )) as unknown as readonly Collections[C][];
  }

  async count<C extends CollectionName>(collection: C, where?: Where<Collections[C]>): Promise<number> {
    this.#checkOpen();
    return this.#view.count(collection, where as AnyWhere | undefined);
  }

  put<C extends CollectionName>(collection: C, row: Collections[C]): void {
    this.#write(collection, row.id, row);
  }

  delete<C extends CollectionName>(collection: C, id: RowId<C>): void {
    this.#write(collection, id, undefined);
  }

  #write(name: CollectionName, id: Id, after: Row | undefined): void {
    this.#checkOpen();
    let changes = this.#changes.get(name);
    let own = this.#own.get(name);
    if (changes === undefined || own === undefined) {
      changes = new Map();
      own = new Map();
      this.#changes.set(name, changes);
      this.#own.set(name, own);
    }
    const before = changes.has(id) ? changes.get(id)?.before : this.#beforeOf(name, id);
    if (before === undefined && after === undefined) {
      changes.delete(id);
      own.delete(id);
      return;
    }
    changes.set(id, { before, after });
    own.set(id, after);
  }

  #beforeOf(name: CollectionName, id: Id): Row | undefined {
    const before = this.#below.peek(name, id);
    if (before !== 'archived') return before;
    if (!this.#archived.has(id)) {
      this.needs = id;
      throw new Error(`Job ${id} is archived: the transaction runs again once it is read.`);
    }
    return this.#archived.get(id);
  }

  changes(): readonly RowChange[] {
    return [...this.#changes].flatMap(([collection, changes]) =>
      [...changes.values()].map(({ before, after }) => ({ collection, before, after }) as RowChange),
    );
  }

  /** What was written, for the layers above; later writes are refused. */
  close(): Layer {
    this.#closed = true;
    return this.#own;
  }

  #checkOpen(): void {
    if (this.#closed) throw new Error('The transaction has ended: await everything inside its closure.');
  }
}

export const entryOf = (seq: number, layer: Layer): JournalEntry => {
  const puts: Partial<Record<CollectionName, Row[]>> = {};
  const deletes: Partial<Record<CollectionName, Id[]>> = {};
  for (const [name, rows] of layer) {
    for (const [id, row] of rows) {
      if (row === undefined) {
        deletes[name] ??= [];
        deletes[name].push(id);
      } else {
        puts[name] ??= [];
        puts[name].push(row);
      }
    }
  }
  return { seq, puts, deletes };
};
