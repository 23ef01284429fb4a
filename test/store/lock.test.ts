import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { nodeDisk } from '../../src/store/disk.ts';
import { openStore } from '../../src/store/open-store.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { memoryLog } from '../support/fakes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { makeJob } from './rows.ts';

const opener = `
  import { nodeDisk } from '${new URL('../../src/store/disk.ts', import.meta.url)}';
  import { openStore } from '${new URL('../../src/store/open-store.ts', import.meta.url)}';
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };
  const store = await openStore({ folder: process.argv[1], disk: nodeDisk, log });
  const { id } = await store.transaction(async tx => { tx.put('counters', { id: 'jobs', last: 7 }); return { id: 1 }; });
  console.log('open');
  setInterval(() => undefined, 1000);
`;

test('a second process is refused by name of folder and pid, until the first is killed', async t => {
  const folder = temporaryFolder();
  const other = spawn(process.execPath, ['--input-type=module', '-e', opener, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => other.kill('SIGKILL'));
  await once(other.stdout, 'data');
  const error = await t.throwsAsync(openStore({ folder, disk: nodeDisk, log: memoryLog() }), {
    instanceOf: StoreError,
  });
  t.true(error.message.includes(folder));
  t.true(error.message.includes(`pid ${other.pid}`));
  other.kill('SIGKILL');
  await once(other, 'exit');
  const store = await openStore({ folder, disk: nodeDisk, log: memoryLog() });
  t.is((await store.get('counters', 'jobs'))?.last, 7);
  await t.throwsAsync(openStore({ folder, disk: nodeDisk, log: memoryLog() }), { message: /in use/ });
  await store.transaction(async tx => tx.put('jobs', makeJob({ id: 1 })));
  await store.close();
  const again = await openStore({ folder, disk: nodeDisk, log: memoryLog() });
  t.is(await again.count('jobs'), 1);
  await again.close();
});

test('a store whose lock file was removed stores nothing more and leaves the folder to the other', async t => {
  const folder = temporaryFolder();
  const log = memoryLog();
  const store = await openStore({ folder, disk: nodeDisk, log, lockCheck: 20 });
  await store.transaction(async tx => tx.put('jobs', makeJob({ id: 1 })));
  t.is(store.fault(), '');
  rmSync(join(folder, 'lock'));
  await until('the fault', () => store.fault() !== '');
  const commit = store.transaction(async tx => tx.put('jobs', makeJob({ id: 2 })));
  await t.throwsAsync(commit, { name: 'Refusal', message: /lock file .* was removed/ });
  t.is(log.lines.filter(({ message }) => message.includes('was removed')).length, 1);

  const other = await openStore({ folder, disk: nodeDisk, log: memoryLog() });
  await other.transaction(async tx => tx.put('jobs', makeJob({ id: 3 })));
  await store.close();
  await other.close();
  const again = await openStore({ folder, disk: nodeDisk, log: memoryLog() });
  t.deepEqual(
    (await again.find('jobs')).map(({ id }) => id),
    [1, 3],
  );
  await again.close();
});
