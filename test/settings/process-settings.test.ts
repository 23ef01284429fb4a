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

test('an unclosed quote is told once, with its line, and what it takes in is not shown', async t => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '.env'), 'HTTP_PORT="8123\nCENTRAL_OPCUA_PASSWORD="hush"\nAUTO_APROVE=true\n');
  const settings = startChild('commands/settings.ts', folder, {});
  t.is(await settings.ended(), 1);
  const faults = settings.output().split('A setting is wrong:\n')[1]?.trim();
  t.is(faults, '.env, line 1: the quote that HTTP_PORT begins with is not closed.');
  t.regex(settings.output(), /^HTTP_PORT=\(its quote is not closed\) {2}\[\.env\] {2}<- wrong/m);
  t.regex(settings.output(), /AUTO_APROVE is no setting/);
  t.false(settings.output().includes('hush'));
});
