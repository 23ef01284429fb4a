import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import test from 'ava';
import { type Header, pack } from 'tar-stream';
import { createBackup } from '../../src/store/backup.ts';
import { CONTENTS, readBackup } from '../../src/store/backup-file.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { openStore } from '../../src/store/open-store.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { memoryLog } from '../support/fakes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { makeJob } from './rows.ts';

const MEGABYTE = 1024 * 1024;

type Entry = Pick<Header, 'name'> & Partial<Header> & { readonly content?: string };

const listed = (name: string, content: string) => ({
  name,
  size: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
});

const listOf = (...files: object[]): Entry => ({
  name: CONTENTS,
  content: JSON.stringify({ format: 1, createTime: '2026-01-01T00:00:00.000Z', seq: 1, files }),
});

const archiveOf = async (...entries: Entry[]): Promise<string> => {
  const file = join(temporaryFolder(), 'backup.tar.gz');
  const archive = pack();
  for (const { content = '', ...header } of entries) archive.entry(header, content);
  archive.finalize();
  await pipeline(archive, createGzip(), createWriteStream(file));
  return file;
};

const journal: Entry = { name: 'data/journal.1.log', content: 'line\n' };
const listedJournal = listed('data/journal.1.log', 'line\n');

const extractedFrom = async (file: string): Promise<{ names: string[]; error: unknown }> => {
  const names: string[] = [];
  const error = await readBackup(file, async (name, content) => {
    names.push(name);
    for await (const _ of content) void _;
  }).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  return { names, error };
};

test('a backup whose files are those of its list is read', async t => {
  const empty: Entry = { name: 'uploads/f-1.gcode' };
  const file = await archiveOf(journal, empty, listOf(listedJournal, listed('uploads/f-1.gcode', '')));
  t.deepEqual(await extractedFrom(file), {
    names: ['data/journal.1.log', 'uploads/f-1.gcode'],
    error: undefined,
  });
});

for (const [what, entry] of Object.entries<Entry>({
  'a name that leads up': { name: 'uploads/../../evil' },
  'an absolute name': { name: '/etc/evil' },
  'an absolute name in its place': { name: 'uploads//etc/evil' },
  'a name with backslashes': { name: 'uploads/..\\evil' },
  'a long name that leads up': { name: `uploads/${'x'.repeat(300)}/../../../ü` },
  'a name of no part of the data': { name: 'settings/.env' },
  'a symbolic link': { name: 'uploads/link', type: 'symlink', linkname: '/etc/passwd' },
  'a hard link': { name: 'uploads/link', type: 'link', linkname: 'data/journal.1.log' },
  'a folder': { name: 'uploads/folder', type: 'directory' },
  'a file twice': journal,
})) {
  test(`${what} is refused before anything of it is extracted`, async t => {
    const file = await archiveOf(journal, entry, listOf(listedJournal, listed(entry.name, '')));
    const { names, error } = await extractedFrom(file);
    t.deepEqual(names, ['data/journal.1.log']);
    t.true(error instanceof StoreError);
    t.regex(String(error), /does not belong in it/);
  });
}

test('a file that is missing, altered, not listed, or a list that is missing is refused', async t => {
  const part: Entry = { name: 'uploads/f-1.gcode', content: 'G28\n' };
  const altered = listed('uploads/f-1.gcode', 'G29\n');
  for (const [file, message] of [
    [await archiveOf(journal, listOf(listedJournal, altered)), /f-1\.gcode is missing or differs/],
    [await archiveOf(journal, part, listOf(listedJournal, altered)), /f-1\.gcode is missing or differs/],
    [await archiveOf(journal, part, listOf(listedJournal)), /more than it lists/],
    [await archiveOf(journal, listOf(listedJournal), listOf()), /contents\.json does not belong/],
    [await archiveOf(journal, part), /list of contents is missing/],
    [join(tmpdir(), 'no-such-backup'), /ENOENT/],
  ] as const) {
    await t.throwsAsync(readBackup(file), { instanceOf: StoreError, message });
  }
});

test('a file that fails to be extracted ends the reading with its error', async t => {
  const file = await archiveOf({ ...journal, content: 'x'.repeat(MEGABYTE) }, listOf());
  await t.throwsAsync(
    readBackup(file, async (_name, content) => {
      for await (const _ of content) throw new Error('no space left');
    }),
    { message: /no space left/ },
  );
});

const filledFolders = async () => {
  const root = temporaryFolder();
  const folders = {
    data: join(root, 'data'),
    uploads: join(root, 'upload'),
    certificates: join(root, 'certificates'),
  };
  await mkdir(folders.uploads);
  const store = await openStore({ folder: folders.data, disk: nodeDisk, log: memoryLog() });
  await store.transaction(async tx => tx.put('jobs', makeJob({ id: 1 })));
  await store.close();
  return { root, folders };
};

test('a backup that is cut off anywhere is refused', async t => {
  const { root, folders } = await filledFolders();
  await writeFile(join(folders.uploads, 'f-1.gcode'), randomBytes(3000));
  const file = join(root, 'backup.tar.gz');
  await createBackup(folders, file);
  const bytes = await readFile(file);
  const cut = join(root, 'cut');
  for (let size = 0; size < bytes.length; size += 1 + (bytes.length >> 6)) {
    await writeFile(cut, bytes.subarray(0, size));
    await t.throwsAsync(readBackup(cut), { instanceOf: StoreError }, `of ${bytes.length} only ${size}`);
  }
});

/** Zeros that take no room on the disk. */
const writeSparse = async (path: string, size: number): Promise<void> => {
  await writeFile(path, '');
  await truncate(path, size);
};

test.serial('a large upload passes through in little memory', async t => {
  const { root, folders } = await filledFolders();
  const size = 128 * MEGABYTE;
  await writeSparse(join(folders.uploads, 'f-1.gcode'), size);
  const used = () => process.memoryUsage().arrayBuffers;
  const before = used();
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, used() - before);
  }, 5);
  const { files } = await createBackup(folders, join(root, 'backup.tar.gz')).finally(() =>
    clearInterval(watch),
  );
  t.is(files.find(one => one.name === 'uploads/f-1.gcode')?.size, size);
  t.true(peak > 0 && peak < size / 2, `${peak / MEGABYTE} MB`);
});

test('an upload that shrinks meanwhile fails the backup and leaves nothing', async t => {
  const { root, folders } = await filledFolders();
  const path = join(folders.uploads, 'f-1.gcode');
  await writeSparse(path, 512 * MEGABYTE);
  const unfinished = join(root, '.backup.tar.gz.unfinished');
  const backup = createBackup(folders, join(root, 'backup.tar.gz'));
  const shrunk = (async () => {
    // More than the data: the upload is under way.
    await until('the upload to be under way', async () => (await stat(unfinished)).size >= 20_000);
    await truncate(path, 1000);
  })();
  await t.throwsAsync(backup, { instanceOf: StoreError, message: /f-1\.gcode changed during the backup/ });
  await shrunk;
  t.deepEqual((await readdir(root)).sort(), ['data', 'upload']);
});

test('a backup on a full disk ends with the reason and leaves nothing', async t => {
  const { root, folders } = await filledFolders();
  await writeFile(join(folders.uploads, 'f-1.gcode'), randomBytes(4 * MEGABYTE));
  await symlink('/dev/full', join(root, '.backup.tar.gz.unfinished'));
  await t.throwsAsync(createBackup(folders, join(root, 'backup.tar.gz')), { code: 'ENOSPC' });
  t.deepEqual((await readdir(root)).sort(), ['data', 'upload']);
});
