import type { CollectionName } from '../app/ports.ts';
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

/** Reads the stored rows through layers of changes; the first layer lies on top. */
export class View {
  readonly #state: State;
  readonly #layers: readonly Layer[];

  constructor(state: State, layers: readonly Layer[]) {
    this.#state = state;
    this.#layers = layers;
  }

  get(name: CollectionName, id: Id): Row | undefined {
    for (const layer of this.#layers) {
      const rows = layer.get(name);
      if (rows?.has(id)) return rows.get(id);
    }
    return this.#state.table(name).get(id);
  }

  #changed(name: CollectionName): RowsById {
    const changed: RowsById = new Map();
    for (const layer of this.#layers.toReversed()) {
      for (const [id, row] of layer.get(name) ?? []) changed.set(id, row);
    }
    return changed;
  }

  find(name: CollectionName, query: AnyQuery = {}): Row[] {
    const { where, after, limit = Number.POSITIVE_INFINITY, descending = false } = query;
    const changed = this.#changed(name);
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

  count(name: CollectionName, where: AnyWhere | undefined): number {
    const table = this.#state.table(name);
    const matches = matcherOf(where);
    let count = table.count(where);
    for (const [id, row] of this.#changed(name)) {
      const stored = table.get(id);
      if (stored !== undefined && matches(stored)) count -= 1;
      if (row !== undefined && matches(row)) count += 1;
    }
    return count;
  }
}
