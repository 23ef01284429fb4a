import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { startChild } from '../support/child-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('the mark with which some editors begin a .env is no part of its first name', async t => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '.env'), '\uFEFFHTTP_PORT=8123\n');
  const settings = startChild('commands/settings.ts', folder, {});
  t.is(await settings.ended(), 0);
  t.regex(settings.output(), /^HTTP_PORT=8123 +\[\.env\]$/m);
});

test('a .env that cannot be read is a fault among the others', async t => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '.env'));
  const settings = startChild('commands/settings.ts', folder, { HTTP_PORT: 'x' });
  t.is(await settings.ended(), 1);
  t.regex(settings.output(), /\.env cannot be read \(EISDIR\)/);
  t.regex(settings.output(), /HTTP_PORT="x"/);
});
