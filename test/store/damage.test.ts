import test from 'ava';
import { checksum } from '../../src/store/checksum.ts';
import type { Disk } from '../../src/store/disk.ts';
import { checkFormat, FORMAT, keepCopy, upgradeRow } from '../../src/store/format.ts';
import { memoryDisk } from '../../src/store/memory-disk.ts';
import { openStore } from '../../src/store/open-store.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { someOrder } from '../support/domain.ts';
import { memoryLog } from '../support/fakes.ts';
import { makeJob } from './rows.ts';
import { FOLDER, manual } from './workload.ts';

const openOn = (disk: Disk) => openStore({ folder: FOLDER, disk, log: memoryLog(), limits: manual });

/** A checkpoint at commit 5 with an open and an archived job, and commits 6 to 10 behind it. */
const filled = async (): Promise<Disk> => {
  const disk = memoryDisk();
  const store = await openOn(disk);
  const commit = (id: number) =>
    store.transaction(async tx => tx.put('jobs', makeJob({ id, status: id === 1 ? 'failed' : 'approved' })));
  for (let id = 1; id <= 5; id += 1) await commit(id);
  await store.checkpoint();
  for (let id = 6; id <= 10; id += 1) await commit(id);
  return disk;
};

const write = async (disk: Disk, name: string, bytes: Buffer): Promise<void> => {
  await (await disk.create(`${FOLDER}/${name}`)).append(bytes);
};

const readAll = async (disk: Disk, name: string): Promise<Buffer> => {
  const bytes = await disk.read(`${FOLDER}/${name}`);
  if (bytes === undefined) throw new Error(`no ${name}`);
  return Buffer.from(bytes);
};

const everything = async (disk: Disk): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      (await disk.list(FOLDER)).map(async name => [name, (await readAll(disk, name)).toString()]),
    ),
  );

const JOURNAL = 'journal.6.log';
const whole = [
  'acknowledged.json',
  'bucket-0.5.json',
  'jobs-0.5.json',
  JOURNAL,
  'manifest.json',
  'summary-0.5.json',
];

test('the folder holds documents, buckets, their summaries, the manifest, the journal and its mark', async t => {
  t.deepEqual([...(await (await filled()).list(FOLDER))].sort(), whole);
});

for (const name of whole) {
  test(`without ${name} the store does not open and says which file is missing`, async t => {
    const disk = await filled();
    await disk.remove(`${FOLDER}/${name}`);
    const before = await everything(disk);
    await t.throwsAsync(openOn(disk), {
      instanceOf: StoreError,
      message: new RegExp(`${name}.*(is missing).*restore a backup`),
    });
    t.deepEqual(await everything(disk), before, 'nothing was changed');
  });

  if (name === JOURNAL || name.startsWith('bucket')) continue;
  test(`with a changed byte in ${name} the store does not open and names it`, async t => {
    const disk = await filled();
    const bytes = await readAll(disk, name);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await write(disk, name, bytes);
    await t.throwsAsync(openOn(disk), { instanceOf: StoreError, message: new RegExp(`${name}.*damaged`) });
  });
}

test('a torn last line of the journal is cut off', async t => {
  const disk = await filled();
  const bytes = await readAll(disk, JOURNAL);
  await write(disk, JOURNAL, bytes.subarray(0, bytes.length - 5));
  const store = await openOn(disk);
  t.is(await store.count('jobs'), 9);
  t.is((await store.transaction(async tx => tx.put('jobs', makeJob({ id: 99 })))).seq, 10);
});

test('a damaged line in the middle of the journal stops the start', async t => {
  const disk = await filled();
  const bytes = await readAll(disk, JOURNAL);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await write(disk, JOURNAL, bytes);
  await t.throwsAsync(openOn(disk), {
    instanceOf: StoreError,
    message: /journal\.6\.log is damaged at byte \d+/,
  });
});

test('a line taken out of the journal stops the start', async t => {
  const disk = await filled();
  const lines = (await readAll(disk, JOURNAL)).toString().split('\n');
  await write(disk, JOURNAL, Buffer.from(lines.toSpliced(1, 1).join('\n')));
  await t.throwsAsync(openOn(disk), { instanceOf: StoreError, message: /lacks commit 7/ });
});

test('a document of another checkpoint under the right name stops the start', async t => {
  const disk = await filled();
  const store = await openOn(disk);
  await store.transaction(async tx => tx.put('jobs', makeJob({ id: 2, status: 'printing' })));
  const old = await readAll(disk, 'jobs-0.5.json');
  await store.checkpoint();
  await write(disk, 'jobs-0.11.json', old);
  await t.throwsAsync(openOn(disk), { instanceOf: StoreError, message: /jobs-0\.11\.json is not the file/ });
});

test('a folder of a newer format is refused and stays as it is', async t => {
  const disk = await filled();
  const manifest = (await readAll(disk, 'manifest.json'))
    .toString()
    .replace(`"format":${FORMAT}`, `"format":${FORMAT + 1}`);
  await write(disk, 'manifest.json', Buffer.from(manifest));
  const before = await everything(disk);
  await t.throwsAsync(openOn(disk), { instanceOf: StoreError, message: /newer version .*format 3/ });
  t.deepEqual(await everything(disk), before);
  t.notThrows(() => checkFormat(1, FOLDER, 1));
});

/** The file as a program of format 1 has written it. */
const asFormat1 = (content: string, checksums: ReadonlyMap<string, string>): string => {
  const body = content.slice(0, content.lastIndexOf('\n', content.length - 2) + 1);
  const old = [...checksums].reduce(
    (text, [now, then]) => text.replace(now, then),
    body.replace(`"format":${FORMAT}`, '"format":1'),
  );
  return `${old}],"crc32":"${checksum(Buffer.from(old))}"}\n`;
};

const sealOf = (content: string): string => content.slice(-11, -3);

test('a folder of format 1, which knew no orders, opens with all that it holds and then takes them', async t => {
  const inMemory = await filled();
  const copies: string[] = [];
  const disk: Disk = {
    ...inMemory,
    // The disk in memory has no folders to rename.
    rename: async (from, to) => {
      if (to.includes('before-format')) copies.push(to);
      else await inMemory.rename(from, to);
    },
  };
  const files = await everything(disk);
  const checksums = new Map<string, string>();
  const { 'manifest.json': manifest = '', [JOURNAL]: _, ...documents } = files;
  for (const [name, content] of Object.entries(documents)) {
    const old = asFormat1(content, new Map());
    checksums.set(sealOf(content), sealOf(old));
    await write(disk, name, Buffer.from(old));
  }
  await write(disk, 'manifest.json', Buffer.from(asFormat1(manifest, checksums)));

  const store = await openOn(disk);
  t.deepEqual(copies, [`${FOLDER}/before-format-2`]);
  t.deepEqual(
    (await store.find('jobs')).map(({ id }) => id),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
  t.is((await store.get('jobs', 1))?.status, 'failed');
  await store.transaction(async tx => tx.put('orders', someOrder({ orderId: 'A-1' })));
  await store.close();
  const again = await openOn(disk);
  t.is((await again.find('orders', { where: { key: 'a-1' } })).length, 1);
  t.is(await again.count('jobs'), 10);
  t.is(copies.length, 1);
});

test('rows of an older format pass every migration from theirs on', t => {
  const renamed = (from: number) => ({
    from,
    upgrade: (document: string, row: { id: number | string }) => ({ ...row, [`${document}${from}`]: true }),
  });
  t.deepEqual(upgradeRow(2, 'jobs', { id: 1 }, [renamed(1), renamed(2), renamed(3)]), {
    id: 1,
    jobs2: true,
    jobs3: true,
  } as { id: number });
});

test('a migration keeps a copy of what it found', async t => {
  const disk = await filled();
  const names = await disk.list(FOLDER);
  const before = await everything(disk);
  const folders: string[] = [];
  const renaming: Disk = {
    ...disk,
    // The disk in memory has no folders to rename.
    rename: async from => {
      folders.push(from);
    },
  };
  await keepCopy(renaming, FOLDER, 1, names);
  t.deepEqual(folders, [`${FOLDER}/before-format-2.tmp`]);
  for (const name of names) t.is((await disk.read(`${folders[0]}/${name}`))?.toString(), before[name]);
});
