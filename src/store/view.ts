import type { CollectionName } from '../app/ports.ts';
import { BucketMoved } from './archive.ts';
import {
  type AnyQuery,
  type AnyWhere,
  compareIds,
  type Id,
  isBeyond,
  matcherOf,
  type Row,
  type RowsById,
} from './row.ts';
import type { State } from './state.ts';

/** Changes that lie over the stored rows, per collection. */
export type Layer = ReadonlyMap<CollectionName, RowsById>;

/** A checkpoint may replace a bucket while it is read: then the question is asked again. */
const settled = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof BucketMoved)) throw error;
    }
  }
};

/** Reads open and archived rows through layers of changes; the first layer lies on top. */
export class View {
  readonly #state: State;
  readonly #layers: readonly Layer[];

  constructor(state: State, layers: readonly Layer[]) {
    this.#state = state;
    this.#layers = layers;
  }

  /** The row as far as memory knows it, or that it is archived. */
  peek(name: CollectionName, id: Id): Row | undefined | 'archived' {
    for (const layer of this.#layers) {
      const rows = layer.get(name);
      if (rows?.has(id)) return rows.get(id);
    }
    const row = this.#state.table(name).get(id);
    if (row !== undefined || name !== 'jobs' || this.#state.masked.has(id)) return row;
    return this.#state.archive.has(id) ? 'archived' : undefined;
  }

  async get(name: CollectionName, id: Id): Promise<Row | undefined> {
    const known = this.peek(name, id);
    if (known !== 'archived') return known;
    return settled(async () => {
      const row = this.peek(name, id);
      return row === 'archived' ? this.#state.archive.get(id) : row;
    });
  }

  async find(name: CollectionName, query: AnyQuery = {}): Promise<Row[]> {
    if (name !== 'jobs') return this.#findInMemory(name, query, this.#changed(name));
    return settled(async () => {
      const changed = this.#changed(name);
      const found = this.#findInMemory(name, query, changed);
      return this.#state.archive.merge(found, query, this.#hidden(changed));
    });
  }

  async count(name: CollectionName, where: AnyWhere | undefined): Promise<number> {
    if (name !== 'jobs') return this.#countInMemory(name, where, this.#changed(name));
    return settled(async () => {
      const changed = this.#changed(name);
      const count = this.#countInMemory(name, where, changed);
      return count + (await this.#state.archive.count(where, this.#hidden(changed)));
    });
  }

  #changed(name: CollectionName): RowsById {
    const changed: RowsById = new Map();
    for (const layer of this.#layers.toReversed()) {
      for (const [id, row] of layer.get(name) ?? []) changed.set(id, row);
    }
    return changed;
  }

  #hidden(changed: RowsById): ReadonlySet<Id> {
    return new Set([...this.#state.masked, ...changed.keys()]);
  }

  #findInMemory(name: CollectionName, query: AnyQuery, changed: RowsById): Row[] {
    const { where, after, limit = Number.POSITIVE_INFINITY, descending = false } = query;
    const matches = matcherOf(where);
    const newer = [...changed.values()]
      .filter(row => row !== undefined)
      .filter(row => isBeyond(row.id, after, descending) && matches(row))
      .sort((left, right) => (descending ? compareIds(right.id, left.id) : compareIds(left.id, right.id)));
    const found: Row[] = [];
    if (limit <= 0) return found;
    let next = 0;
    for (const row of this.#state.table(name).select(where, after, descending)) {
      if (changed.has(row.id)) continue;
      for (let one = newer[next]; one && isBeyond(row.id, one.id, descending); one = newer[++next]) {
        if (found.push(one) >= limit) return found;
      }
      if (found.push(row) >= limit) return found;
    }
    for (let one = newer[next]; one && found.length < limit; one = newer[++next]) found.push(one);
    return found;
  }

  #countInMemory(name: CollectionName, where: AnyWhere | undefined, changed: RowsById): number {
    const table = this.#state.table(name);
    const matches = matcherOf(where);
    let count = table.count(where);
    for (const [id, row] of changed) {
      const stored = table.get(id);
      if (stored !== undefined && matches(stored)) count -= 1;
      if (row !== undefined && matches(row)) count += 1;
    }
    return count;
  }
}
