import type { CollectionName, Log } from '../app/ports.ts';
import type { Job } from '../domain/job.ts';
import { isFinished as isFinishedJob } from '../domain/job-status.ts';
import { Archive } from './archive.ts';
import type { DocumentFiles } from './document-files.ts';
import { collectionNames } from './indexes.ts';
import type { JournalEntry } from './journal-line.ts';
import type { Id, Row } from './row.ts';
import { Table } from './table.ts';

export const isFinished = (row: Row): boolean => isFinishedJob(row as unknown as Job);

/** Everything that is on disk: open rows in memory, finished jobs in the archive. */
export class State {
  readonly archive: Archive;
  /** Finished jobs that the next checkpoint archives. */
  readonly finished = new Set<Id>();
  /** Archived jobs that were changed or deleted since: what the archive says of them no longer counts. */
  readonly masked = new Set<Id>();
  readonly #tables: ReadonlyMap<CollectionName, Table>;

  constructor(files: DocumentFiles, log: Log) {
    this.archive = new Archive(files, log);
    this.#tables = new Map(collectionNames.map(name => [name, new Table(name, files)]));
  }

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
      for (const row of entry.puts[name] ?? []) {
        if (name === 'jobs') this.#noteJob(row.id, row);
        table.put(row);
      }
      for (const id of entry.deletes[name] ?? []) {
        if (name === 'jobs') this.#noteJob(id, undefined);
        table.delete(id);
      }
    }
  }

  #noteJob(id: Id, row: Row | undefined): void {
    if (this.archive.has(id)) this.masked.add(id);
    if (row !== undefined && isFinished(row)) this.finished.add(id);
    else this.finished.delete(id);
  }
}
