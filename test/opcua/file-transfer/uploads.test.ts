import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { Application } from '../../../src/app/application.ts';
import type { Actor } from '../../../src/domain/account.ts';
import type { GcodeFile } from '../../../src/domain/gcode-file.ts';
import { MAX_CHUNK, openUpload, UploadEnded } from '../../../src/opcua/file-transfer/upload.ts';
import { createUploads, type Session, type UploadLimits } from '../../../src/opcua/file-transfer/uploads.ts';
import { memoryLog } from '../../support/fakes.ts';
import { until } from '../../support/until.ts';

const actor: Actor = { accountId: 'a', role: 'machine' } as Actor;
const limits: UploadLimits = { perSession: 2, perAccount: 3, inAll: 4, silence: 10_000, duration: 10_000 };

/** Takes a piece whenever it is let. */
const slowStorage = () => {
  const pieces: number[] = [];
  let next = Promise.withResolvers<void>();
  let all = false;
  const storeFile: Application['storeFile'] = async (_actor, name, content, signal, id = '') => {
    signal.addEventListener('abort', () => content.destroy(signal.reason));
    for await (const piece of content) {
      if (!all) await next.promise;
      pieces.push((piece as Buffer).length);
    }
    signal.throwIfAborted();
    return { id, name } as GcodeFile;
  };
  return {
    application: { storeFile },
    pieces,
    release() {
      all = true;
      next.resolve();
      next = Promise.withResolvers();
    },
  };
};

test('a Write is answered when the disk has taken its bytes; one piece waits beside the one that is written', async t => {
  const { application, pieces, release } = slowStorage();
  const upload = await openUpload(application, actor, 'part.gcode');
  const answered: number[] = [];
  const writes = [1, 2, 3, 4].map(async size => {
    await upload.write(Buffer.alloc(size, 'G'));
    answered.push(size);
  });
  await sleep(20);
  t.deepEqual(answered, [1]);
  t.is(upload.position(), 10);
  release();
  await Promise.all(writes);
  t.deepEqual((await upload.commit()).id, upload.fileId);
  t.deepEqual(pieces, [1, 2, 3, 4]);
});

test('a client that does not wait for its answers loses the upload before it fills the memory', async t => {
  const { application } = slowStorage();
  const upload = await openUpload(application, actor, 'part.gcode');
  const writes = Array.from({ length: 8 }, () => upload.write(Buffer.alloc(MAX_CHUNK)));
  const settled = await Promise.allSettled(writes);
  t.true(settled.slice(1).every(({ status }) => status === 'rejected'));
  await t.throwsAsync(upload.commit(), { instanceOf: UploadEnded });
});

const opened = (changes: Partial<UploadLimits> = {}) => {
  const ended: number[] = [];
  const storages: ReturnType<typeof slowStorage>[] = [];
  const uploads = createUploads({
    limits: { ...limits, ...changes },
    log: memoryLog(),
    onEnd: ({ handle }) => ended.push(handle),
  });
  const open = (session: Session, accountId = 'a') => {
    const storage = slowStorage();
    storages.push(storage);
    return uploads.open(session, accountId, () =>
      openUpload(storage.application, { ...actor, accountId }, 'part.gcode'),
    );
  };
  return { uploads, ended, open };
};
const newSession = (): Session & EventEmitter => new EventEmitter() as unknown as Session & EventEmitter;

test('places are counted by session, account and in all, those that are being opened too', async t => {
  const { open, uploads } = opened();
  const [first, second] = [newSession(), newSession()];
  const some = await Promise.all([open(first), open(first)]);
  await t.throwsAsync(open(first), { message: /commit or close one/ });
  await open(second);
  await t.throwsAsync(open(second), { message: /commit or close one/ });
  await open(newSession(), 'b');
  await t.throwsAsync(open(newSession(), 'c'), { message: /Too many files are being uploaded/ });
  t.is(new Set([...uploads.all()].map(({ handle }) => handle)).size, 4);
  uploads.forget(some[0]);
  await t.notThrowsAsync(open(newSession(), 'c'));
  for (const one of uploads.all()) uploads.abort(one, 'The test is over.');
  t.is(first.listenerCount('session_closed'), 0);
});

test('an upload ends with its session, when its client is silent and when it lasts too long', async t => {
  const byEnd = opened();
  const session = newSession();
  const { handle, upload } = await byEnd.open(session);
  t.is(byEnd.uploads.find(newSession(), handle), undefined);
  t.is(byEnd.uploads.find(session, handle)?.handle, handle);
  session.emit('session_closed');
  t.deepEqual(byEnd.ended, [handle]);
  await t.throwsAsync(upload.write(Buffer.from('G')), { instanceOf: UploadEnded, message: /session ended/ });

  const bySilence = opened({ silence: 40 });
  const silent = await bySilence.open(newSession());
  await bySilence.uploads.during(silent, () => sleep(80));
  t.deepEqual(bySilence.ended, []);
  await until('the silent one to end', () => bySilence.ended.length === 1);
  await t.throwsAsync(silent.upload.write(Buffer.from('G')), { message: /did not go on/ });

  const byDuration = opened({ duration: 40 });
  const long = await byDuration.open(newSession());
  await byDuration.uploads.during(long, () => sleep(80));
  t.deepEqual(byDuration.ended, [long.handle]);
});
