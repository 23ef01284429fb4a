import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createBackup } from '../../src/store/backup.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { type OpenedStore, openStore } from '../../src/store/open-store.ts';
import { restoreBackup } from '../../src/store/restore.ts';
import { hasRestoredMark, removeRestoredMark } from '../../src/store/restore-marks.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { memoryLog } from '../support/fakes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { makeJob } from './rows.ts';

const LONG = `${'certificate of a client with a long name '.repeat(3)}[0123456789ABCDEF] ü.pem`;

const newPlace = async () => {
  const root = temporaryFolder();
  const foldersIn = (name: string) => ({
    data: join(root, name, 'data'),
    uploads: join(root, name, 'upload'),
    certificates: join(root, name, 'certificates'),
  });
  return { root, foldersIn, live: foldersIn('live') };
};

const openAt = (folder: string): Promise<OpenedStore> =>
  openStore({ folder, disk: nodeDisk, log: memoryLog() });

const fill = async (store: OpenedStore, from: number, to: number): Promise<void> => {
  for (let id = from; id <= to; id += 1) {
    await store.transaction(async tx =>
      tx.put('jobs', makeJob({ id, status: id % 2 ? 'collected' : 'approved' })),
    );
  }
};

test('a backup taken while the server runs restores data, uploads and certificates', async t => {
  const { root, foldersIn, live } = await newPlace();
  await mkdir(join(live.certificates, 'trusted'), { recursive: true });
  await mkdir(live.uploads, { recursive: true });
  await writeFile(join(live.uploads, 'f-1.gcode'), 'G28\n');
  await writeFile(join(live.uploads, '.upload-f-2.part'), 'unfinished');
  await writeFile(join(live.certificates, 'trusted', LONG), 'certificate');
  const store = await openAt(live.data);
  await fill(store, 1, 20);
  await store.checkpoint();
  await fill(store, 21, 30);
  const file = join(root, 'backup.tar.gz');
  let going = true;
  const busy = (async () => {
    for (let id = 31; going; id += 1) {
      await fill(store, id, id);
      if (id % 5 === 0) await store.checkpoint();
    }
  })();
  const contents = await createBackup(live, file);
  going = false;
  await busy;
  t.true(contents.seq >= 30);
  const jobs = await store.find('jobs');
  await store.close();

  const target = foldersIn('restored');
  await restoreBackup(file, target, { log: memoryLog() });
  t.false(await hasRestoredMark(live.data));
  t.true(await hasRestoredMark(target.data));
  const restored = await openAt(target.data);
  t.deepEqual(await restored.find('jobs'), jobs.slice(0, contents.seq));
  await restored.close();
  t.true(await hasRestoredMark(target.data), 'until the server has settled it');
  await removeRestoredMark(target.data);
  t.false(await hasRestoredMark(target.data));
  t.deepEqual(await readdir(target.uploads), ['f-1.gcode']);
  t.is(await readFile(join(target.uploads, 'f-1.gcode'), 'utf8'), 'G28\n');
  t.is(await readFile(join(target.certificates, 'trusted', LONG), 'utf8'), 'certificate');
});

test('a folder that holds something is replaced only by force, and what it held is kept aside', async t => {
  const { root, live } = await newPlace();
  const file = join(root, 'backup.tar.gz');
  let store = await openAt(live.data);
  await fill(store, 1, 3);
  await createBackup(live, file);
  await fill(store, 4, 6);
  await t.throwsAsync(restoreBackup(file, live, { log: memoryLog(), force: true }), {
    instanceOf: StoreError,
    message: /in use by another process \(pid \d+\)/,
  });
  await store.close();
  await t.throwsAsync(restoreBackup(file, live, { log: memoryLog() }), {
    message: new RegExp(
      `is not empty\\.[^]*DATABASE_URL, UPLOAD_PATH and CERTIFICATES_PATH[^]*\\n  npm run restore -- ${file} --force$`,
    ),
  });
  await t.throwsAsync(restoreBackup("/my disk/it's.gz", live, { log: memoryLog() }), {
    message: /npm run restore -- '\/my disk\/it'\\''s\.gz' --force$/,
  });
  await restoreBackup(file, live, { log: memoryLog(), force: true });
  store = await openAt(live.data);
  t.is(await store.count('jobs'), 3);
  await store.close();
  const aside = (await readdir(live.data)).find(name => name.startsWith('.before-restore-'));
  t.truthy(aside);
  const old = await openAt(join(live.data, aside ?? ''));
  t.is(await old.count('jobs'), 6);
  await old.close();
});

test('folders that lie in one another cannot be restored', async t => {
  const { root, live } = await newPlace();
  const nested = { ...live, uploads: join(live.data, 'upload') };
  await t.throwsAsync(restoreBackup(join(root, 'any'), nested, { log: memoryLog() }), {
    message: /must not .* lie in/,
  });
});

test('a damaged backup restores nothing', async t => {
  const { root, foldersIn, live } = await newPlace();
  const store = await openAt(live.data);
  await fill(store, 1, 50);
  await store.close();
  const file = join(root, 'backup.tar.gz');
  await createBackup(live, file);
  await t.throwsAsync(createBackup(live, file), { message: /exists already/ });
  const bytes = await readFile(file);
  const target = foldersIn('restored');
  const damages: Buffer[] = [
    bytes.subarray(0, bytes.length >> 1),
    Buffer.from('no backup'),
    Buffer.from(bytes),
  ];
  const flipped = damages[2];
  if (flipped) flipped[bytes.length >> 1] = (flipped[bytes.length >> 1] ?? 0) ^ 0xff;
  for (const damage of damages) {
    await writeFile(join(root, 'damaged'), damage);
    await t.throwsAsync(restoreBackup(join(root, 'damaged'), target, { log: memoryLog() }), {
      instanceOf: StoreError,
      message: /is no usable backup: it (was cut off|is damaged)/,
    });
    t.deepEqual((await readdir(root)).sort(), ['backup.tar.gz', 'damaged', 'live']);
  }
  await mkdir(target.uploads, { recursive: true });
  await t.throwsAsync(restoreBackup(join(root, 'damaged'), target, { log: memoryLog() }));
  t.deepEqual(await readdir(join(root, 'restored')), ['upload']);
});

test('the server does not start on a restore that was interrupted', async t => {
  const { live } = await newPlace();
  await mkdir(live.data, { recursive: true });
  await writeFile(join(live.data, '.restore-unfinished'), 'backup.tar.gz\n');
  await t.throwsAsync(openAt(live.data), { instanceOf: StoreError, message: /was interrupted/ });
});
