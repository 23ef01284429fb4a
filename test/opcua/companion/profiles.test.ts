import { readFileSync } from 'node:fs';
import test from 'ava';
import { claims } from '../../../src/opcua/companion/profiles.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('whatever is claimed has a test, is claimed once and stands in the document', t => {
  const document = read('docs/opcua.md');
  for (const {
    name,
    uri,
    test: [file, title],
  } of claims) {
    t.true(read(`test/${file}`).includes(`'${title}'`), `${file}: ${title}`);
    t.true(document.includes(name), name);
    t.true(uri === undefined || document.includes(uri), uri);
  }
  t.is(new Set(claims.map(({ name }) => name)).size, claims.length);
});
