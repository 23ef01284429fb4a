import { Readable } from 'node:stream';
import test from 'ava';
import { createDiscardFile } from '../../../src/app/files/discard-file.ts';
import { createStoreFile } from '../../../src/app/files/store-file.ts';
import { FileTooLarge } from '../../../src/app/ports.ts';
import { Refusal } from '../../../src/domain/refusal.ts';
import { createTestApp } from '../../support/app.ts';
import { refused } from '../../support/refused.ts';

const never = new AbortController().signal;
const gcode = () => Readable.from(['G28\n', 'G1 X1\n']);

test('an uploaded file belongs to its uploader and can be printed', async t => {
  const { application, actors, files, store } = await createTestApp();
  const file = await application.storeFile(actors.student, 'part.gcode', gcode(), never);
  t.like(file, { name: 'part.gcode', owner: actors.student.accountId, partName: '', size: 10 });
  t.deepEqual(await application.getFile(actors.student, file.id), file);
  t.deepEqual(await store.get('files', file.id), file);
  t.is(files.contents.get(file.id)?.toString(), 'G28\nG1 X1\n');
});

test('a user sees own and published files; machines and staff see all', async t => {
  const { application, actors, addFile } = await createTestApp();
  const file = await addFile('student');
  await refused(t, 'NotFound', () => application.getFile(actors.student2, file.id));
  await refused(t, 'NotFound', () => application.getFile(actors.student2, 'f-none'));
  for (const actor of [actors.plc, actors.operator, actors.admin]) {
    t.is((await application.getFile(actor, file.id)).id, file.id);
  }
  await application.publishFile(actors.operator, file.id, 'Bracket');
  t.is((await application.getFile(actors.student2, file.id)).partName, 'Bracket');
});

test('a published name is held by one file, the newest, and can be taken back', async t => {
  const { application, actors, addFile, submit, jobOf } = await createTestApp();
  const first = await addFile('operator');
  const second = await addFile('operator');
  await application.publishFile(actors.operator, first.id, 'Bracket');
  await application.publishFile(actors.operator, second.id, 'Bracket');
  t.is((await jobOf(await submit('student', { file: 'Bracket' }))).fileId, second.id);
  t.is((await application.getFile(actors.operator, first.id)).partName, '');
  await application.publishFile(actors.operator, second.id, '');
  await refused(t, 'NotFound', () => submit('student', { file: 'Bracket' }));
});

test('only staff publish, under names that fit', async t => {
  const { application, actors, addFile } = await createTestApp();
  const file = await addFile('student');
  await refused(t, 'NotPermitted', () => application.publishFile(actors.student, file.id, 'Bracket'));
  await refused(t, 'NotPermitted', () => application.publishFile(actors.plc, file.id, 'Bracket'));
  for (const name of ['a b', 'Ü', 'x'.repeat(65), 'a/b']) {
    await refused(t, 'InvalidArgument', () => application.publishFile(actors.operator, file.id, name));
  }
});

test('a file whose row cannot be stored leaves no bytes behind', async t => {
  const { actors, files, store, deps } = await createTestApp();
  const failing = Object.assign(
    async () => {
      throw new Refusal('StorageFailed', 'The disk is full.');
    },
    { listen: deps.commit.listen },
  );
  const storeFile = createStoreFile({ ...deps, commit: failing });
  await refused(t, 'StorageFailed', () => storeFile(actors.student, 'part.gcode', gcode(), never));
  t.is(files.contents.size, 0);
  t.is(await store.count('files'), 0);
});

test('a file that the storage refuses has no row', async t => {
  const { actors, store, deps } = await createTestApp();
  const full = { ...deps.files, save: () => Promise.reject(new FileTooLarge(10)) };
  const storeFile = createStoreFile({ ...deps, files: full });
  await t.throwsAsync(storeFile(actors.student, 'part.gcode', gcode(), never), { instanceOf: FileTooLarge });
  t.is(await store.count('files'), 0);
});

test('everybody finds own files, staff those of all, in pages', async t => {
  const { application, actors, addFile } = await createTestApp();
  for (const person of ['student', 'student2', 'student', 'plc', 'student'] as const) await addFile(person);
  const find = async (person: keyof typeof actors, command = {}) => {
    const all = { owner: '', after: '', maxCount: 100 };
    const found = await application.findFiles(actors[person], { ...all, ...command });
    return found.map(({ id }) => id);
  };
  t.deepEqual(await find('student'), ['f-1', 'f-3', 'f-5']);
  t.deepEqual(await find('student', { maxCount: 2 }), ['f-1', 'f-3']);
  t.deepEqual(await find('student', { after: 'f-3' }), ['f-5']);
  t.deepEqual(await find('plc'), ['f-4']);
  t.deepEqual(await find('operator'), ['f-1', 'f-2', 'f-3', 'f-4', 'f-5']);
  for (const owner of ['STUDENT2', actors.student2.accountId]) {
    t.deepEqual(await find('operator', { owner }), ['f-2']);
    t.deepEqual(await find('student', { owner }), []);
    t.deepEqual(await find('student2', { owner }), ['f-2']);
  }
  t.deepEqual(await find('operator', { owner: 'nobody' }), []);
});

test('an upload is taken back, row and bytes, unless something uses it or it is not mine', async t => {
  const { application, actors, files, store, submit, log } = await createTestApp();
  const upload = () => application.storeFile(actors.student, 'part.gcode', gcode(), never);
  const [used, published, unused] = [await upload(), await upload(), await upload()];
  await submit('student', { file: used.id });
  await application.publishFile(actors.operator, published.id, 'Bracket');
  for (const { id } of [used, published, unused]) await application.discardFile(actors.student2, id);
  t.is(await store.count('files'), 3);
  for (const { id } of [used, published, unused]) await application.discardFile(actors.student, id);
  t.deepEqual([...files.contents.keys()].sort(), [used.id, published.id].sort());
  t.is(await store.get('files', unused.id), undefined);
  t.is(await store.count('files'), 2);
  await application.discardFile(actors.student, 'f-none');
  t.deepEqual(
    log.lines.map(({ level, fields }) => [level, fields]),
    [['info', { fileId: unused.id }]],
  );
});

test('a file that cannot be taken back is logged and hurts nobody', async t => {
  const { actors, deps, log } = await createTestApp();
  const failing = Object.assign(
    async () => {
      throw new Refusal('StorageFailed', 'The disk is full.');
    },
    { listen: deps.commit.listen },
  );
  await createDiscardFile({ ...deps, commit: failing })(actors.student, 'f-1');
  t.is(log.lines.at(-1)?.level, 'warn');
});
