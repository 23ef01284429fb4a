import type { CollectionName } from '../app/ports.ts';
import type { JournalEntry } from './journal-line.ts';
import { collectionNames } from './row.ts';
import { Table } from './table.ts';

/** Everything that is on disk and in memory. */
export class State {
  readonly #tables: ReadonlyMap<CollectionName, Table> = new Map(
    collectionNames.map(name => [name, new Table(name)]),
  );

  table(name: CollectionName): Table {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`There is no collection ${name}.`);
    return table;
  }

  tables(): Iterable<Table> {
    return this.#tables.values();
  }

  apply(entry: JournalEntry): void {
    for (const name of collectionNames) {
      const table = this.table(name);
      for (const row of entry.puts[name] ?? []) table.put(row);
      for (const id of entry.deletes[name] ?? []) table.delete(id);
    }
  }
}
