import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import test from 'ava';
import { newFileId } from '../../src/app/files/new-file-id.ts';
import { FileTooLarge } from '../../src/app/ports.ts';
import type { GcodeFile } from '../../src/domain/gcode-file.ts';
import { createFileStorage } from '../../src/files/file-storage.ts';
import { memoryLog } from '../support/fakes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openStorage, refused, simpleGcode } from './storage-fixture.ts';

const asFile = (upload: Pick<GcodeFile, 'id' | 'kind'>): GcodeFile => upload as GcodeFile;

test('an upload is stored under an id of its own, whole, with its hash and size', async t => {
  const { storage, save, names } = await openStorage();
  const stored = await save('part.gcode', simpleGcode);
  t.regex(stored.id, /^f-[0-9a-f]{20}$/);
  t.is(stored.size, simpleGcode.length);
  t.is(stored.sha256, createHash('sha256').update(simpleGcode).digest('hex'));
  t.is(stored.kind, 'gcode');
  t.deepEqual(await names(), [`${stored.id}.gcode`]);
  t.is(await readFile(storage.pathOf(asFile(stored)), 'utf8'), simpleGcode);
  t.true(await storage.exists(asFile(stored)));
});

test('a removed file is gone, and removing it again does no harm', async t => {
  const { storage, save, names } = await openStorage();
  const stored = await save('part.gco', simpleGcode);
  await storage.remove(stored.id);
  await storage.remove(stored.id);
  t.false(await storage.exists(asFile(stored)));
  t.deepEqual(await names(), []);
});

test('an id that is none of ours never becomes a path', async t => {
  const { storage } = await openStorage();
  t.throws(() => storage.pathOf(asFile({ id: '../../etc/passwd', kind: 'gcode' })), {
    message: /Not the id/,
  });
  await t.throwsAsync(storage.remove('../x'), { message: /Not the id/ });
});

test('names that are not ASCII are kept for display, normalised and without folders', async t => {
  const { save } = await openStorage();
  t.is((await save('Zahnra\u0308der – 试件.gcode', simpleGcode)).name, 'Zahnräder – 试件.gcode');
  t.is((await save('C:\\prints\\a.G', simpleGcode)).name, 'a.G');
  t.is((await save('../../etc/b.gcode', simpleGcode)).name, 'b.gcode');
});

for (const [what, name, message] of [
  ['a control character', 'a\u0007.gcode', /control characters/],
  ['a mark that reverses the name', 'a\u202Eedocg.gcode', /control characters/],
  ['no name', '', /no name/],
  ['a name of 121 characters', `${'a'.repeat(115)}.gcode`, /longer than 120/],
  ['an STL', 'part.stl', /slice it first/],
  ['a 3MF', 'part.3MF', /export the plate/],
  ['no extension', 'part', /must end in/],
  ['an unknown extension', 'part.constructor', /must end in/],
] as const) {
  test(`a file is refused for its name: ${what}`, async t => {
    const fixture = await openStorage();
    t.regex(await refused(t, fixture, fixture.save(name, simpleGcode)), message);
  });
}

for (const [what, content, message] of [
  ['an empty file', '', /empty/],
  ['a PNG', Buffer.from('\x89PNG\r\n\x1a\n and more', 'latin1'), /PNG picture/],
  ['a project or archive', Buffer.from('PK\x03\x04 and more'), /3MF/],
  ['binary g-code', Buffer.from('GCDE and more of it'), /\.bgcode/],
  ['NUL bytes', Buffer.from('G28\nG1 X1\n\0\n'), /NUL/],
  ['no move', 'M104 S200\nG28\nG10 L1\n;G1 X1\nM117 G1\n', /no move/],
  ['a file of three bytes', 'GIF', /no move/],
] as const) {
  test(`text g-code is refused for its content: ${what}`, async t => {
    const fixture = await openStorage();
    t.regex(await refused(t, fixture, fixture.save('part.gcode', content)), message);
  });
}

test('what a file is does not depend on where its chunks begin', async t => {
  const fixture = await openStorage();
  const bytes = (text: string) => [...text].map(character => Buffer.from(character, 'latin1'));
  t.regex(await refused(t, fixture, fixture.save('a.gcode', bytes('\x89PNG\r\n and more'))), /PNG/);
  t.regex(await refused(t, fixture, fixture.save('a.gcode', bytes('G28\nG10\n'))), /no move/);
  t.is((await fixture.save('a.gcode', bytes('G28\nN7 g01 X1'))).size, 13);
});

test('a file over the limit is refused as such, before all of it was read', async t => {
  const fixture = await openStorage(100);
  let given = 0;
  const endless = function* () {
    while (given < 1000) {
      given += 1;
      yield Buffer.from(simpleGcode);
    }
  };
  await t.throwsAsync(fixture.save('a.gcode', endless()), { instanceOf: FileTooLarge });
  t.true(given < 50, `${given} chunks were read`);
  t.deepEqual(await fixture.names(), []);
});

test('an upload that breaks off leaves nothing', async t => {
  const fixture = await openStorage();
  const broken = async function* () {
    yield Buffer.from(simpleGcode);
    throw new Error('connection lost');
  };
  await t.throwsAsync(fixture.save('a.gcode', broken()), { message: 'connection lost' });
  t.deepEqual(await fixture.names(), []);
});

test('an aborted upload ends at once with the reason, and leaves nothing', async t => {
  const { storage, names } = await openStorage();
  const abort = new AbortController();
  const stuck = new Readable({ read() {} });
  stuck.push(simpleGcode);
  const upload = storage.save('a.gcode', stuck, abort.signal);
  abort.abort(new Error('nothing came for 30 s'));
  await t.throwsAsync(upload, { message: 'nothing came for 30 s' });
  t.deepEqual(await names(), []);
  t.true(stuck.destroyed);
});

test('a folder that cannot be written to is StorageFailed', async t => {
  const folder = temporaryFolder();
  const notThere = createFileStorage({ folder: join(folder, 'missing'), maxBytes: 1000, log: memoryLog() });
  const upload = notThere.save('a.gcode', Readable.from([Buffer.from(simpleGcode)]), signal());
  t.regex(await refused(t, { names: async () => [] }, upload, 'StorageFailed'), /Nothing was stored/);
});

test('what interrupted uploads left is removed at start, stored files are not', async t => {
  const folder = temporaryFolder();
  await writeFile(join(folder, '.upload-f-00.part'), 'half');
  await writeFile(join(folder, 'f-00000000000000000000.gcode'), simpleGcode);
  await createFileStorage({ folder, maxBytes: 1000, log: memoryLog() }).start();
  t.deepEqual(await readdir(folder), ['f-00000000000000000000.gcode']);
});

const signal = (): AbortSignal => new AbortController().signal;

test('an upload may be stored under an id that was told beforehand, if it is one', async t => {
  const { storage, names } = await openStorage();
  const save = (id: string) =>
    storage.save('part.gcode', Readable.from([Buffer.from(simpleGcode)]), AbortSignal.timeout(10_000), id);
  const id = newFileId();
  t.is((await save(id)).id, id);
  await t.throwsAsync(save('../x'), { message: /Not the id/ });
  t.deepEqual(await names(), [`${id}.gcode`]);
});
