import { join } from 'node:path';
import type { Bucket } from './archive.ts';
import { type DocumentEntry, fileNameOf } from './document-files.ts';
import { collectionNames } from './indexes.ts';
import { MANIFEST, type Manifest } from './manifest.ts';
import { isFinished, type State } from './state.ts';
import { damaged } from './store-error.ts';

const split = (document: string): [name: string, number: number] => {
  const dash = document.lastIndexOf('-');
  return [document.slice(0, dash), Number(document.slice(dash + 1))];
};

/**
 * Reads the documents of a checkpoint and the summaries of its buckets; archived jobs stay where they are.
 * @throws StoreError when one of them is missing or damaged
 */
export const loadState = async (
  state: State,
  manifest: Manifest,
  folder: string,
  names: readonly string[],
): Promise<void> => {
  const present = new Set(names);
  for (const name of manifest.entries.map(fileNameOf)) {
    if (!present.has(name)) throw damaged(join(folder, name), 'is missing');
  }
  const buckets = new Map<number, { rows?: DocumentEntry; summary?: DocumentEntry }>();
  for (const entry of manifest.entries) {
    const [name, number] = split(entry.document);
    if (name === 'bucket') buckets.set(number, { ...buckets.get(number), rows: entry });
    else if (name === 'summary') buckets.set(number, { ...buckets.get(number), summary: entry });
    else {
      const collection = collectionNames.find(one => one === name);
      if (collection === undefined)
        throw damaged(join(folder, MANIFEST), `names an unknown document ${name}`);
      await state.table(collection).adopt(number, entry);
    }
  }
  const adopted: Bucket[] = [];
  for (const [number, { rows, summary }] of buckets) {
    if (rows === undefined || summary === undefined) {
      throw damaged(join(folder, MANIFEST), `names only one file of bucket ${number}`);
    }
    adopted.push(await state.archive.adopt(number, rows, summary));
  }
  state.archive.install(adopted);
  // Few are expected there: those of a bucket that could not be read, or that a later program calls final.
  for (const row of state.table('jobs').select(undefined, undefined, false)) {
    if (isFinished(row)) state.finished.add(row.id);
    if (state.archive.has(row.id)) state.masked.add(row.id);
  }
};
