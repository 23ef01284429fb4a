import type { Query, Where } from '../app/ports.ts';

export type Id = number | string;

/** A row as the store handles it: only its id and the fields that a query names matter. */
export interface Row {
  readonly id: Id;
}

export type AnyWhere = Where<Row> & Readonly<Record<string, unknown>>;
export type AnyQuery = Omit<Query<Row>, 'where'> & { readonly where?: AnyWhere };

/** A row's new value; undefined when it is deleted. */
export type RowsById = Map<Id, Row | undefined>;

export const compareIds = (left: Id, right: Id): number => (left < right ? -1 : left > right ? 1 : 0);

export const fieldOf = (row: Row, field: string): unknown =>
  (row as unknown as Record<string, unknown>)[field];

/** The values that a condition allows. */
export const allowed = (condition: unknown): readonly unknown[] =>
  Array.isArray(condition) ? condition : [condition];

/** The conditions that say something: an undefined one asks for nothing. */
export const conditionsOf = (where: AnyWhere | undefined): [string, readonly unknown[]][] =>
  Object.entries(where ?? {})
    .filter(([, condition]) => condition !== undefined)
    .map(([field, condition]) => [field, allowed(condition)]);

export const matcherOf = (where: AnyWhere | undefined): ((row: Row) => boolean) => {
  const conditions = conditionsOf(where);
  return row => conditions.every(([field, values]) => values.includes(fieldOf(row, field)));
};

/** Whether an id lies beyond `after` in the direction of travel. */
export const isBeyond = (id: Id, after: Id | undefined, descending: boolean): boolean =>
  after === undefined || (descending ? id < after : id > after);
