import type { CollectionName } from '../app/ports.ts';
import { CHECKSUM_DIGITS, checksum } from './checksum.ts';
import type { Id, Row } from './row.ts';

/** What one commit writes, across all collections. */
export interface JournalEntry {
  readonly seq: number;
  readonly puts: Readonly<Partial<Record<CollectionName, readonly Row[]>>>;
  readonly deletes: Readonly<Partial<Record<CollectionName, readonly Id[]>>>;
}

export interface JournalLine extends JournalEntry {
  /** The last commit that was known to be on disk when this line was written. */
  readonly synced: number;
}

/** An entry as JSON, without its `synced`, which is only known when it is written. */
export const encodeEntry = (entry: JournalEntry): string => JSON.stringify(entry);

/** `<CRC-32 of the JSON, 8 hex digits> <JSON>\n`. */
export const encodeLine = (entryJson: string, synced: number): string => {
  const json = `{"synced":${synced},${entryJson.slice(1)}`;
  return `${checksum(json)} ${json}\n`;
};

/** Undefined for a line that is torn or damaged. */
export const decodeLine = (line: Buffer): JournalLine | undefined => {
  const json = line.subarray(CHECKSUM_DIGITS + 1);
  if (line.toString('latin1', 0, CHECKSUM_DIGITS + 1) !== `${checksum(json)} `) return undefined;
  return JSON.parse(json.toString('utf8')) as JournalLine;
};
