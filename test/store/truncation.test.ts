import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import test from 'ava';
import { DataUnreadable } from '../../src/app/ports.ts';
import { openLiveData } from '../../src/store/live-data.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { type FaultyDisk, type Files, faultyDisk } from '../support/faulty-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { dump, expectedAfter, open, step } from './workload.ts';

const steps = Array.from({ length: 20 }, (_, index) => index + 1);

const openOn = (files: Files) => open(Object.assign(faultyDisk(files), { recording: false }));

/** A checkpoint after twelve commits, eight behind it; killed, and then started once more. */
const usedFolder = async (): Promise<FaultyDisk> => {
  const disk = Object.assign(faultyDisk(), { recording: false });
  const store = await open(disk);
  for (const n of steps) {
    await store.transaction(step(n));
    if (n === 12) await store.checkpoint();
  }
  await open(disk);
  return disk;
};

const states = await expectedAfter(faultyDisk(), steps);
const files = (await usedFolder()).files();

/** What a start says: `whole`, or the message that stopped it or a read of everything. */
const startOn = async (damaged: Files): Promise<string> => {
  try {
    const found = JSON.stringify(await dump(await openOn(damaged)));
    if (found === JSON.stringify(states.at(-1))) return 'whole';
    const at = states.findIndex(state => JSON.stringify(state) === found);
    return at < 0 ? 'half a state' : `silently the state after ${at} of ${steps.length}`;
  } catch (error) {
    const isExpected = error instanceof StoreError || error instanceof DataUnreadable;
    return isExpected ? error.message : `failed with ${error}`;
  }
};

test('a used folder opens with everything', async t => {
  t.is(await startOn(files), 'whole');
});

for (const [path, bytes] of files) {
  test(`${path} cut at any byte is named by the start or the read that it stops`, async t => {
    for (let size = 0; size < bytes.length; size += 1 + (bytes.length >> 8)) {
      const said = await startOn(new Map(files).set(path, bytes.subarray(0, size)));
      t.true(said.includes(basename(path)), `cut after ${size} of ${bytes.length} bytes: ${said}`);
    }
  });

  test(`without ${path} everything is there, or the file is named`, async t => {
    const said = await startOn(new Map([...files].filter(([name]) => name !== path)));
    t.true(said.includes(basename(path)), said);
  });
}

test('from the first commit on an empty or missing journal is damage', async t => {
  const disk = Object.assign(faultyDisk(), { recording: false });
  const store = await open(disk);
  t.deepEqual(await dump(await openOn(disk.files())), states[0], 'nothing was acknowledged yet');
  const unmarked = new Map(disk.files());
  unmarked.delete('/data/acknowledged.json');
  const isMissing = { instanceOf: StoreError, message: /acknowledged\.json is missing/ };
  await t.throwsAsync(openOn(unmarked), isMissing, 'also where nothing was ever stored');
  unmarked.delete('/data/manifest.json');
  await t.throwsAsync(openOn(unmarked), isMissing, 'and beside an empty journal alone');
  await store.transaction(step(1));
  const journal = '/data/journal.1.log';
  const emptied = new Map(disk.files()).set(journal, Buffer.alloc(0));
  await t.throwsAsync(openOn(emptied), { instanceOf: StoreError, message: /journal\.1\.log was cut short/ });
  const missing = new Map([...disk.files()].filter(([path]) => path !== journal));
  await t.throwsAsync(openOn(missing), { instanceOf: StoreError, message: /journal\.1\.log is missing/ });
  emptied.delete('/data/manifest.json');
  await t.throwsAsync(openOn(emptied), { instanceOf: StoreError, message: /manifest\.json is missing/ });
});

test('without the mark and as if restored the server goes on with what is left of a journal, as the operator decided', async t => {
  const journal = '/data/journal.13.log';
  const bytes = files.get(journal) ?? Buffer.alloc(0);
  const left = new Map(files).set(journal, bytes.subarray(0, bytes.length >> 1));
  t.regex(await startOn(left), /journal\.13\.log was cut short: it lacks the commits \d+ to 20/);
  const restored = new Map(left).set('/data/restored.json', Buffer.alloc(0));
  t.regex(await startOn(restored), /journal\.13\.log was cut short/, 'one half of the decision is none');
  left.delete('/data/acknowledged.json');
  t.regex(await startOn(left), /acknowledged\.json is missing/, 'neither is the other');
  restored.delete('/data/acknowledged.json');
  t.regex(await startOn(restored), /^silently the state after 1\d of 20$/);

  const disk = Object.assign(faultyDisk(restored), { recording: false });
  await open(disk);
  const settled = new Map(disk.files());
  settled.delete('/data/restored.json');
  t.regex(await startOn(settled), /^silently the state after 1\d of 20$/, 'the mark is there again at once');
});

test('the mark follows later commits by itself, and its failure refuses none', async t => {
  const disk = Object.assign(faultyDisk(), { recording: false });
  const store = await open(disk);
  disk.fault = ({ path }) =>
    path.includes('acknowledged') ? { code: 'ENOSPC', done: 'nothing' } : undefined;
  await store.transaction(step(1));
  const first = disk.files().get('/data/acknowledged.json');
  t.regex(String(first), /"seq":0/);
  disk.fault = () => undefined;
  await store.transaction(step(2));
  await store.transaction(step(3));
  const isFirst = () =>
    disk
      .files()
      .get('/data/acknowledged.json')
      ?.equals(first ?? Buffer.alloc(0)) ?? true;
  for (let waited = 0; isFirst() && waited < 50; waited += 1) {
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  const bytes = disk.files().get('/data/journal.1.log') ?? Buffer.alloc(0);
  const twoLines = bytes.subarray(0, bytes.lastIndexOf('\n', bytes.length - 2) + 1);
  await t.throwsAsync(openOn(new Map(disk.files()).set('/data/journal.1.log', twoLines)), {
    message: /journal\.1\.log was cut short: it lacks commit 3\./,
  });
});

test('no backup is made of a journal that was cut short', async t => {
  const folder = temporaryFolder();
  for (const [path, bytes] of files) await writeFile(join(folder, basename(path)), bytes);
  await (await openLiveData(folder)).close();
  await writeFile(join(folder, 'journal.13.log'), '');
  await t.throwsAsync(openLiveData(folder), {
    instanceOf: StoreError,
    message: /journal\.13\.log was cut short: it lacks the commits 13 to 20\./,
  });
});
