import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createBackup } from '../../src/store/backup.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { openStore } from '../../src/store/open-store.ts';
import { restoreBackup } from '../../src/store/restore.ts';
import { writingTo } from '../../src/store/restore-writes.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { memoryLog } from '../support/fakes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { makeJob } from './rows.ts';

const backedUp = async () => {
  const root = temporaryFolder();
  const foldersIn = (name: string) => ({
    data: join(root, name, 'data'),
    uploads: join(root, name, 'upload'),
    certificates: join(root, name, 'certificates'),
  });
  const live = foldersIn('live');
  const store = await openStore({ folder: live.data, disk: nodeDisk, log: memoryLog() });
  await store.transaction(async tx => tx.put('jobs', makeJob({ id: 1 })));
  await store.close();
  await mkdir(live.uploads, { recursive: true });
  await writeFile(join(live.uploads, `${'x'.repeat(200)}.gcode`), 'G28\n');
  const file = join(root, 'backup.tar.gz');
  await createBackup(live, file);
  return { root, file, foldersIn, target: foldersIn('restored') };
};

test('a full disk or a missing permission is told with the folder and what to do, not as a bad backup', async t => {
  const failWith = (code: string, text: string) => () =>
    Promise.reject(Object.assign(new Error(`${code}: ${text}, write`), { code }));
  await t.throwsAsync(
    writingTo('/srv/data', 'Nothing was restored.', failWith('ENOSPC', 'no space left on device')),
    {
      instanceOf: StoreError,
      message:
        'Writing to /srv/data failed (ENOSPC: no space left on device, write). Nothing was restored. ' +
        'Make room there and repeat the restore.',
    },
  );
  await t.throwsAsync(writingTo('/srv/data', '', failWith('EACCES', 'permission denied')), {
    message: /\(EACCES.*Let this user write there/,
  });
  const other = new Error('of another kind');
  t.is(await t.throwsAsync(writingTo('/srv/data', '', () => Promise.reject(other))), other);
});

test('a target that cannot be made, or takes no file, is named, and nothing is left of the restore', async t => {
  const { root, file, target } = await backedUp();
  await writeFile(join(root, 'restored'), 'no folder');
  await t.throwsAsync(restoreBackup(file, target, { log: memoryLog() }), {
    instanceOf: StoreError,
    message: /^Writing to .*restored\/upload failed \(ENOTDIR.*Nothing was restored\./,
  });
  await rm(join(root, 'restored'));

  // Names of files may have 255 bytes, paths 4096: deep enough, and the upload does not fit any more.
  const deep = Array.from({ length: 16 }, () => 'd'.repeat(240)).join('/');
  const tooDeep = { ...target, uploads: join(root, 'deep', deep) };
  await t.throwsAsync(restoreBackup(file, tooDeep, { log: memoryLog() }), {
    instanceOf: StoreError,
    message: /^Writing to .* failed \(ENAMETOOLONG: (.|\n)*Nothing was restored\. Check the disk/,
  });
  t.deepEqual((await readdir(root)).sort(), ['backup.tar.gz', 'live']);
});

test('what cannot be put in place leaves a folder on which no server starts, and says where the old data are', async t => {
  const { root, file, target, foldersIn } = await backedUp();
  const old = foldersIn('live');
  // The name under which the old data would be kept is taken, by a file.
  const now = new Date('2026-02-03T04:05:06.789Z');
  const aside = '.before-restore-2026-02-03T04-05-06-789Z';
  await writeFile(join(old.data, aside), '');
  await t.throwsAsync(restoreBackup(file, old, { log: memoryLog(), force: true, now }), {
    instanceOf: StoreError,
    message: new RegExp(
      `^Writing to ${old.data} failed \\(EEXIST.*No server starts.*kept in ${aside} in each`,
    ),
  });
  await t.throwsAsync(openStore({ folder: old.data, disk: nodeDisk, log: memoryLog() }), {
    message: /A restore of .* was interrupted.*npm run restore -- FILE --force/,
  });
  t.deepEqual(
    (await readdir(old.data)).filter(name => name === '.restoring'),
    [],
  );
  await restoreBackup(file, old, { log: memoryLog(), force: true });
  const store = await openStore({ folder: old.data, disk: nodeDisk, log: memoryLog() });
  t.is(await store.count('jobs'), 1);
  await store.close();
  await restoreBackup(file, target, { log: memoryLog() });
  t.true((await readdir(join(root, 'restored', 'data'))).includes('manifest.json'));
});
