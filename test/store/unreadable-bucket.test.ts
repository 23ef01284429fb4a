import test, { type ExecutionContext } from 'ava';
import { DataUnreadable } from '../../src/app/ports.ts';
import type { Disk } from '../../src/store/disk.ts';
import { memoryDisk } from '../../src/store/memory-disk.ts';
import { type OpenedStore, openStore } from '../../src/store/open-store.ts';
import { memoryLog } from '../support/fakes.ts';
import { makeJob } from './rows.ts';
import { FOLDER, manual } from './workload.ts';

/** Its number lies between those of archived ones. */
const OPEN = 1000;

const put = (store: OpenedStore, ...jobs: ReturnType<typeof makeJob>[]) =>
  store.transaction(async tx => {
    for (const job of jobs) tx.put('jobs', job);
  });

/** Jobs in the buckets 0, 1 and 2, all collected but an open one; a byte of bucket 1 is another. */
const damagedStore = async () => {
  const disk = memoryDisk();
  const log = memoryLog();
  const openOn = (on: Disk) => openStore({ folder: FOLDER, disk: on, log, limits: manual });
  const first = await openOn(disk);
  const jobs = Array.from({ length: 2500 }, (_, index) =>
    makeJob({
      id: index + 1,
      status: index + 1 === OPEN ? 'printed' : 'collected',
      orderId: `o-${index + 1}`,
    }),
  );
  await put(first, ...jobs);
  await first.close();
  const name = (await disk.list(FOLDER)).find(one => one.startsWith('bucket-1.')) ?? '';
  const good = Buffer.from((await disk.read(`${FOLDER}/${name}`)) ?? '');
  const bad = Buffer.from(good);
  bad[bad.length >> 1] = (bad[bad.length >> 1] ?? 0) ^ 1;
  const write = async (bytes: Buffer): Promise<void> => {
    await (await disk.create(`${FOLDER}/${name}`)).append(bytes);
  };
  await write(bad);
  return { disk, log, jobs, name, openOn, mend: () => write(good) };
};

const refused = (t: ExecutionContext, read: Promise<unknown>, message: RegExp) =>
  t.throwsAsync(read, { instanceOf: DataUnreadable, message });

test('a damaged bucket is named by whatever needs it and logged once; all else works', async t => {
  const { disk, log, jobs, name, openOn } = await damagedStore();
  const store = await openOn(disk);
  t.is(store.unreadable(), '');
  const message = new RegExp(
    `^Archived jobs 1000 to 1999 cannot be read: ${name} is damaged.*Restore a backup`,
  );
  await refused(t, store.get('jobs', 1500), message);
  await refused(t, store.find('jobs', { after: 900, limit: 200 }), message);
  await refused(t, store.find('jobs', { where: { orderId: 'o-1500' } }), message);
  await refused(
    t,
    store.transaction(async tx => tx.put('jobs', makeJob({ id: 1500, status: 'discarded' }))),
    message,
  );
  t.regex(store.unreadable(), message);
  t.true(store.unreadable().length <= 200);
  t.is(log.lines.filter(({ level }) => level === 'error').length, 1);
  t.true(JSON.stringify(log.lines).includes(`${FOLDER}/${name}`));

  t.deepEqual(await store.find('jobs', { limit: 300 }), jobs.slice(0, 300));
  t.deepEqual(await store.find('jobs', { after: 1999 }), jobs.slice(1999));
  t.deepEqual(await store.get('jobs', 2400), jobs[2399]);
  t.is(await store.count('jobs', { status: 'collected' }), 2499);
  await put(store, makeJob({ id: 2501 }));
  t.is((await store.get('jobs', 2501))?.status, 'created');
});

test('jobs of a damaged bucket that end stay stored; all others are archived, and so are they once it is mended', async t => {
  const { disk, log, openOn, mend } = await damagedStore();
  let store = await openOn(disk);
  await put(store, makeJob({ id: OPEN, status: 'failed', storageLocation: 'a' }));
  await t.throwsAsync(put(store, makeJob({ id: 1001, status: 'failed' })), { instanceOf: DataUnreadable });
  await put(store, makeJob({ id: 2600, status: 'failed' }));
  const journal = async () => (await disk.list(FOLDER)).filter(name => name.startsWith('journal.'));
  const before = await journal();
  await store.checkpoint();
  t.notDeepEqual(await journal(), before, 'the journal was dropped');
  const check = async (): Promise<void> => {
    t.is((await store.get('jobs', OPEN))?.storageLocation, 'a');
    t.is((await store.get('jobs', 2600))?.status, 'failed');
    t.is(await store.count('jobs', { status: 'failed' }), 2);
  };
  await check();
  await store.close();
  store = await openOn(disk);
  await check();
  await t.throwsAsync(store.get('jobs', 1500), { instanceOf: DataUnreadable });
  await mend();
  t.is((await store.get('jobs', 1500))?.status, 'collected');
  t.is(store.unreadable(), '');
  t.is(log.lines.filter(({ message }) => /can be read again/.test(message)).length, 1);
  await put(store, makeJob({ id: 3000 }));
  await store.close();
  const names = await disk.list(FOLDER);
  t.is(names.filter(name => name.startsWith('bucket-1.')).length, 1);
  store = await openOn(disk);
  await check();
  t.is((await store.find('jobs', { after: 995, limit: 10 })).length, 10);
});

test('a changed archived job that no checkpoint could put back is there once', async t => {
  const { disk, openOn, mend, name } = await damagedStore();
  const bad = Buffer.from((await disk.read(`${FOLDER}/${name}`)) ?? '');
  await mend();
  let store = await openOn(disk);
  await put(store, makeJob({ id: 1500, status: 'discarded' }));
  // Read anew at the checkpoint: others have taken its place in the cache meanwhile, or the server was started again.
  store = await openOn(disk);
  await (await disk.create(`${FOLDER}/${name}`)).append(bad);
  await store.close();
  store = await openOn(disk);
  t.is((await store.get('jobs', 1500))?.status, 'discarded');
  t.is(await store.count('jobs', { status: 'discarded' }), 1);
  await mend();
  t.deepEqual(
    (await store.find('jobs', { after: 1498, limit: 3 })).map(({ id, status }) => `${id} ${status}`),
    ['1499 collected', '1500 discarded', '1501 collected'],
  );
});

test('a disk that fails to read a bucket is told by its code, and tried again', async t => {
  const { disk, openOn, mend, name } = await damagedStore();
  await mend();
  let fails = true;
  const failing: Disk = {
    ...disk,
    read: async path => {
      if (fails && path.endsWith(name)) throw Object.assign(new Error('EIO: read'), { code: 'EIO' });
      return disk.read(path);
    },
  };
  const store = await openOn(failing);
  await refused(t, store.get('jobs', 1500), /bucket-1\.\d+\.json cannot be read \(EIO\)/);
  fails = false;
  t.is((await store.get('jobs', 1500))?.status, 'collected');
});
