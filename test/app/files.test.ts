import { Readable } from 'node:stream';
import test from 'ava';
import { createStoreFile } from '../../src/app/files/store-file.ts';
import { FileTooLarge } from '../../src/app/ports.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import { createTestApp } from '../support/app.ts';
import { refused } from '../support/refused.ts';

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
