/** npm run model: writes the nodeset, the id constants, the reference for people and new lines of ids.csv. */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { assemble } from './assemble.ts';
import { writeConstants } from './constants.ts';
import { formatIds, readIds } from './ids.ts';
import { writeReference } from './reference.ts';
import { writeNodeset } from './xml.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export const idsFile = path('ids.csv');
export const nodesetFile = path('../nodesets/MesPrinting.NodeSet2.xml');
export const referenceFile = path('../docs/opcua-reference.md');
export const constantsFile = path('../src/opcua/model-ids.ts');

/** Everything that the build writes, by file. */
export const build = async (): Promise<ReadonlyMap<string, string>> => {
  const assembled = assemble(await readIds(idsFile));
  return new Map([
    [idsFile, formatIds(assembled.ids)],
    [nodesetFile, writeNodeset(assembled.nodes)],
    [constantsFile, writeConstants(assembled)],
    [referenceFile, writeReference(assembled.ids)],
  ]);
};

if (import.meta.main) {
  await mkdir(path('../nodesets'), { recursive: true });
  await mkdir(path('../src/opcua'), { recursive: true });
  for (const [file, text] of await build()) await writeFile(file, text);
}
