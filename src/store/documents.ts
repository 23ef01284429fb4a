import { type Adapter, Low } from 'lowdb';
import type { Id, Row } from './row.ts';

/** What a lowdb document holds: the rows as they are on disk, up to the commit `seq` when it was last written. */
export interface DocumentData {
  seq: number;
  readonly rows: Map<Id, Row>;
}

export type DocumentLow = Low<DocumentData>;

const unwritten: Adapter<DocumentData> = {
  read: async () => null,
  write: async () => undefined,
};

export const newDocument = (): DocumentLow => new Low<DocumentData>(unwritten, { seq: 0, rows: new Map() });
