import { type Adapter, Low } from 'lowdb';
import type { DocumentEntry, DocumentFiles } from './document-files.ts';
import type { Id, Row } from './row.ts';

/** What a lowdb document holds: the rows as they are on disk. */
export interface DocumentData {
  /** The last commit that the document's file holds. */
  seq: number;
  readonly rows: Map<Id, Row>;
  /** Rows that the checkpoint under way moves elsewhere: it leaves them out. */
  leaving: ReadonlySet<Id>;
}

/** Durable, unlike lowdb's own adapters, and it never blocks the event loop. */
class DocumentAdapter implements Adapter<DocumentData> {
  readonly #files: DocumentFiles;
  readonly #name: string;
  entry: DocumentEntry | undefined;

  constructor(files: DocumentFiles, name: string, entry: DocumentEntry | undefined) {
    this.#files = files;
    this.#name = name;
    this.entry = entry;
  }

  async read(): Promise<DocumentData | null> {
    if (this.entry === undefined) return null;
    const rows = await this.#files.read(this.entry);
    return { seq: this.entry.seq, rows: new Map(rows.map(row => [row.id, row])), leaving: new Set() };
  }

  /** Takes the rows as they are at the call: commits go on while they are written. */
  async write({ seq, rows, leaving }: DocumentData): Promise<void> {
    const staying = [...rows.values()].filter(row => !leaving.has(row.id));
    this.entry = staying.length === 0 ? undefined : await this.#files.write(this.#name, seq, staying);
  }
}

/** A lowdb document with the name and version of its file. */
export class Document extends Low<DocumentData> {
  readonly #adapter: DocumentAdapter;

  constructor(files: DocumentFiles, name: string, entry?: DocumentEntry) {
    const adapter = new DocumentAdapter(files, name, entry);
    super(adapter, { seq: 0, rows: new Map(), leaving: new Set() });
    this.#adapter = adapter;
  }

  /** The file that was written last; undefined when nothing is worth one. */
  get entry(): DocumentEntry | undefined {
    return this.#adapter.entry;
  }
}
