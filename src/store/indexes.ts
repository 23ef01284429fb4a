import type { CollectionName } from '../app/ports.ts';
import { type AnyWhere, conditionsOf, fieldOf, type Id, type Row } from './row.ts';
import { SortedIds } from './sorted-ids.ts';

/**
 * Fields by which rows are found and counted without a scan. Compound ones answer both fields at once: workers ask
 * at every poll for the job on their printer; what an owner has in a status is a filter of FindJobs, a page at a time.
 */
export const indexedFields: Readonly<Record<CollectionName, readonly (readonly string[])[]>> = {
  accounts: [['usernameKey']],
  tokens: [['accountId']],
  certificates: [['accountId']],
  printers: [['nameKey']],
  beds: [],
  files: [['owner'], ['partName']],
  jobs: [
    ['status'],
    ['owner'],
    ['submitter'],
    ['printer'],
    ['orderId'],
    ['jobOrderId'],
    ['fileId'],
    ['owner', 'status'],
    ['printer', 'status'],
  ],
  orders: [['key'], ['status'], ['owner'], ['submitter'], ['owner', 'status']],
  pickups: [['state'], ['printer']],
  operation: [],
  requests: [],
  counters: [],
  centralOutbox: [],
  alarms: [],
};

/** Every collection, in no order. */
export const collectionNames = Object.keys(indexedFields) as readonly CollectionName[];

interface Index {
  readonly fields: readonly string[];
  readonly ids: Map<unknown, SortedIds>;
}

const keyOf = (values: readonly unknown[]): unknown =>
  values.length === 1 ? values[0] : values.join('\u0000');

const keyOfRow = (row: Row, fields: readonly string[]): unknown => {
  const [only] = fields;
  return only !== undefined && fields.length === 1
    ? fieldOf(row, only)
    : keyOf(fields.map(field => fieldOf(row, field)));
};

/** Every way to choose one value of each list. */
const combinations = (lists: readonly (readonly unknown[])[]): unknown[][] =>
  lists.reduce<unknown[][]>(
    (chosen, list) => chosen.flatMap(values => [...new Set(list)].map(value => [...values, value])),
    [[]],
  );

/** The keys of an index under which stand the rows that have one value of each list. */
const keysOf = (lists: readonly (readonly unknown[])[]): readonly unknown[] => {
  const [only] = lists;
  return only !== undefined && lists.length === 1 ? [...new Set(only)] : combinations(lists).map(keyOf);
};

export interface Plan {
  readonly sets: readonly SortedIds[];
  readonly size: number;
  /** The sets hold exactly what the conditions ask for. */
  readonly exact: boolean;
}

export class Indexes {
  readonly #indexes: readonly Index[];

  constructor(fields: readonly (readonly string[])[]) {
    this.#indexes = fields.map(names => ({ fields: names, ids: new Map() }));
  }

  replace(id: Id, before: Row | undefined, after: Row | undefined): void {
    for (const { fields, ids } of this.#indexes) {
      const old = before && keyOfRow(before, fields);
      const now = after && keyOfRow(after, fields);
      if (before && after && old === now) continue;
      if (before) {
        const set = ids.get(old);
        set?.delete(id);
        if (set?.size === 0) ids.delete(old);
      }
      if (after) {
        let set = ids.get(now);
        if (set === undefined) {
          set = new SortedIds();
          ids.set(now, set);
        }
        set.add(id);
      }
    }
  }

  /** The smallest sets that hold every row which meets the conditions; undefined when no index helps. */
  plan(where: AnyWhere | undefined): Plan | undefined {
    const conditions = new Map(conditionsOf(where));
    let best: Plan | undefined;
    for (const { fields, ids } of this.#indexes) {
      if (!fields.every(field => conditions.has(field))) continue;
      const sets = keysOf(fields.map(field => conditions.get(field) ?? []))
        .map(key => ids.get(key))
        .filter(set => set !== undefined);
      const size = sets.reduce((sum, set) => sum + set.size, 0);
      const exact = fields.length === conditions.size;
      if (best === undefined || size < best.size || (exact && size === best.size))
        best = { sets, size, exact };
    }
    return best;
  }
}
