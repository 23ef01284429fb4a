import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { filePageSchema, fileSchema } from '../../src/contract/file.ts';
import { problemSchema } from '../../src/contract/problem.ts';
import type { Person } from '../support/app.ts';
import { until } from '../support/until.ts';
import { form, gcode, type HttpFixture, isProblem, startHttp } from './http-fixture.ts';

test('a file goes up as multipart or as it is, with a name that is not ASCII', async t => {
  const { call, storedFiles } = await startHttp(t);
  const multipart = await call('student', 'POST', '/files', form({}, gcode, 'Zahnräder 试件.gcode'));
  t.is(multipart.status, 201);
  const file = fileSchema.parse(await multipart.json());
  t.is(file.name, 'Zahnräder 试件.gcode');
  t.is(file.metadata.slicer, 'PrusaSlicer 2.8.0');
  t.is(multipart.headers.get('location'), `/api/v1/files/${file.id}`);

  const name = encodeURIComponent('Mutter ½.gcode');
  const raw = await call('student', 'POST', `/files?name=${name}`, new Blob([gcode]), {
    'content-type': 'application/octet-stream',
  });
  t.is(fileSchema.parse(await raw.json()).name, 'Mutter ½.gcode');
  t.is((await storedFiles()).length, 2);
});

test('a refused file gets a clear answer and leaves nothing', async t => {
  const { call, storedFiles } = await startHttp(t);
  const png = '\x89PNG\r\n\x1a\n\0\0\0';
  for (const path of ['/files', '/jobs']) {
    const post = (content: string, name: string) => call('student', 'POST', path, form({}, content, name));
    t.regex(await isProblem(t, await post(png, 'a.stl'), 400, 'InvalidArgument'), /slice it first/);
    t.regex(await isProblem(t, await post('', 'a.gcode'), 400, 'InvalidArgument'), /empty/);
    t.regex(await isProblem(t, await post('\0\0', 'a.gcode'), 400, 'InvalidArgument'), /NUL/);
  }
  t.deepEqual(await storedFiles(), []);
});

test('a submission that is refused after its upload leaves neither file nor row', async t => {
  const { app, call, storedFiles } = await startHttp(t, { rules: { maxOpenJobs: 1 } });
  const submit = (fields: Readonly<Record<string, string>>) => call('student', 'POST', '/jobs', form(fields));
  await isProblem(t, await submit({ user_id: 'student2' }), 403, 'NotPermitted');
  await isProblem(t, await submit({ printer_id: 'Nowhere' }), 404, 'NotFound');
  await isProblem(t, await submit({ priority: 'high' }), 422, 'InvalidArgument');
  t.deepEqual(await storedFiles(), []);
  t.is((await submit({})).status, 200);
  await isProblem(t, await submit({}), 503, 'Busy');
  t.is((await storedFiles()).length, 1);
  t.is(await app.store.count('files'), 1);
});

test('a stored file stays when a submission of it is refused', async t => {
  const { call, storedFiles } = await startHttp(t);
  const file = fileSchema.parse(await (await call('student', 'POST', '/files', form({}))).json());
  const refused = await call('student', 'POST', '/jobs', { file_id: file.id, printer_id: 'Nowhere' });
  await isProblem(t, refused, 404, 'NotFound');
  t.is((await storedFiles()).length, 1);
});

test('files are listed in pages: own ones, for staff those of all', async t => {
  const { app, call } = await startHttp(t);
  for (const person of ['student', 'student2', 'student', 'student'] as const) await app.addFile(person);
  const page = async (person: Person, query: string) => {
    const { files, next } = filePageSchema.parse(await (await call(person, 'GET', `/files${query}`)).json());
    return [files.map(({ id }) => id), next];
  };
  t.deepEqual(await page('student', '?limit=2'), [['f-1', 'f-3'], 'f-3']);
  t.deepEqual(await page('student', '?limit=2&after=f-3'), [['f-4'], null]);
  t.deepEqual(await page('operator', ''), [['f-1', 'f-2', 'f-3', 'f-4'], null]);
  t.deepEqual(await page('operator', `?user_id=${app.actors.student2.accountId}`), [['f-2'], null]);
  t.deepEqual(await page('student', '?user_id=student2'), [[], null]);
  await isProblem(t, await call('student', 'GET', '/files?limit=0'), 422, 'InvalidArgument');
});

test('a form without the file, with two, or with it in the wrong part is refused', async t => {
  const { call, storedFiles } = await startHttp(t);
  const none = new FormData();
  none.append('user_id', '');
  await isProblem(t, await call('student', 'POST', '/jobs', none), 422, 'InvalidArgument');
  const two = form({});
  two.append('file', new Blob([gcode]), 'b.gcode');
  await isProblem(t, await call('student', 'POST', '/jobs', two), 400, 'InvalidArgument');
  const wrong = new FormData();
  wrong.append('gcode', new Blob([gcode]), 'b.gcode');
  await isProblem(t, await call('student', 'POST', '/jobs', wrong), 400, 'InvalidArgument');
  await isProblem(t, await call('student', 'POST', '/files', { a: 1 }), 415, 'UnsupportedMediaType');
  const noBody = await call('student', 'POST', '/files?name=a.gcode');
  t.regex(await isProblem(t, noBody, 400, 'InvalidArgument'), /no body/);
  t.deepEqual(await storedFiles(), []);
});

/** Sends the head of an upload that declares so many bytes, and as much of it as is given. */
const startUpload = async (
  fixture: HttpFixture,
  length: number | undefined,
  content: string,
  person: Person | 'nobody' = 'student',
) => {
  const bearer = person === 'nobody' ? '' : await fixture.tokenOf(person);
  const sent = request(`${fixture.api}/files?name=a.gcode`, {
    method: 'POST',
    headers: {
      'content-type': 'application/octet-stream',
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(length !== undefined && { 'content-length': length }),
    },
  });
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', async response => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
    });
  });
  sent.write(content);
  return { sent, answer };
};

test('an upload that declares too many bytes is refused before it is read', async t => {
  const fixture = await startHttp(t, { settings: { maxUploadBytes: 1000 } });
  const { answer, sent } = await startUpload(fixture, 5_000_000_000, gcode);
  t.is((await answer).status, 413);
  sent.destroy();
});

test('an upload of unknown length is refused where it crosses the limit', async t => {
  const fixture = await startHttp(t, { settings: { maxUploadBytes: 100_000 } });
  const { answer, sent } = await startUpload(fixture, undefined, gcode.repeat(5000));
  t.is((await answer).status, 413);
  sent.destroy();
  t.deepEqual(await fixture.storedFiles(), []);
});

test('a multipart upload over the limit is 413 as well', async t => {
  const fixture = await startHttp(t, { settings: { maxUploadBytes: 1000 } });
  const response = await fixture.call('student', 'POST', '/files', form({}, gcode.repeat(100)));
  await isProblem(t, response, 413, 'TooLarge');
  t.deepEqual(await fixture.storedFiles(), []);
});

test('who is not logged in is told so before the body is read', async t => {
  const fixture = await startHttp(t);
  const { answer, sent } = await startUpload(fixture, 500_000, gcode, 'nobody');
  t.is((await answer).status, 401);
  sent.destroy();
});

test('an upload that is cut off leaves nothing, and the server goes on', async t => {
  const fixture = await startHttp(t);
  const { answer, sent } = await startUpload(fixture, 500_000, gcode);
  await until('the upload to be under way', async () => (await fixture.storedFiles()).length === 1);
  sent.destroy();
  await t.throwsAsync(answer);
  await until('nothing to be left', async () => (await fixture.storedFiles()).length === 0);
  t.is((await fixture.call('student', 'POST', '/files', form({}))).status, 201);
});

test('a multipart body that ends half-way is 400 and leaves nothing', async t => {
  const fixture = await startHttp(t);
  const body = `--x\r\nContent-Disposition: form-data; name="file"; filename="a.gcode"\r\n\r\n${gcode}`;
  const response = await fixture.call('student', 'POST', '/files', new Blob([body]), {
    'content-type': 'multipart/form-data; boundary=x',
  });
  await isProblem(t, response, 400, 'InvalidArgument');
  t.deepEqual(await fixture.storedFiles(), []);
  const noBoundary = await fixture.call('student', 'POST', '/files', new Blob([body]), {
    'content-type': 'multipart/form-data',
  });
  await isProblem(t, noBoundary, 400, 'InvalidArgument');
});

const quickPace = { window: 300, minBytesPerSecond: 4096 };

test('an upload that stands still or drips is ended, leaves nothing, and frees its place', async t => {
  const uploads = { atOnce: 2, perAccount: 2, waiting: 0, waitingPerAccount: 0, longestWait: 0 };
  const fixture = await startHttp(t, { settings: { uploadPace: quickPace, uploads } });
  const still = await startUpload(fixture, 500_000, gcode);
  const drips = await startUpload(fixture, 500_000, gcode);
  const timer = setInterval(() => drips.sent.write('G'), 20);
  await until('both uploads to be under way', async () => (await fixture.storedFiles()).length === 2);
  const third = await fixture.call('student', 'POST', '/files', form({}));
  t.is(third.headers.get('retry-after'), '5');
  t.regex(await isProblem(t, third, 429, 'QuotaExceeded'), /2 uploads under way/);
  await isProblem(t, await fixture.call('operator', 'POST', '/files', form({})), 503, 'Busy');
  for (const { answer, sent } of [still, drips]) {
    const { status, text } = await answer;
    t.is(status, 408);
    const { detail } = problemSchema.parse(JSON.parse(text));
    t.regex(detail, /^Only \d+ bytes of the upload came in 0.3 s, less than 4096 a second: .* Send it again/);
    sent.destroy();
  }
  clearInterval(timer);
  t.deepEqual(await fixture.storedFiles(), []);
  t.is((await fixture.call('student', 'POST', '/files', form({}))).status, 201);
});

test('a slow line that keeps the pace may take as long as it needs', async t => {
  const fixture = await startHttp(t, { settings: { uploadPace: quickPace } });
  const line = `G1 X1 Y1 ; ${'x'.repeat(500)}\n`;
  const times = 40;
  const { answer, sent } = await startUpload(fixture, times * line.length, '');
  for (let count = 0; count < times; count += 1) {
    sent.write(line);
    await delay(25);
  }
  sent.end();
  t.is((await answer).status, 201);
});

test('one account uploads four files at once and the others wait for their turn', async t => {
  const fixture = await startHttp(t);
  const held = await Promise.all(Array.from({ length: 4 }, () => startUpload(fixture, gcode.length, '')));
  const waiting = [
    fixture.call('student', 'POST', '/files', form({})),
    fixture.call('student', 'POST', '/files', form({})),
  ];
  t.is((await fixture.call('operator', 'POST', '/files', form({}))).status, 201);
  for (const { sent } of held) sent.end(gcode);
  for (const { answer } of held) t.is((await answer).status, 201);
  for (const response of await Promise.all(waiting)) t.is(response.status, 201);
});

test('a client that asks first sends its body only when it is wanted', async t => {
  const fixture = await startHttp(t);
  const ask = async (token: string) => {
    const socket = connect(fixture.server.port, '127.0.0.1');
    socket.setEncoding('utf8');
    let received = '';
    socket.on('data', text => {
      received += text;
      if (text.includes('100 Continue')) socket.write(gcode);
    });
    socket.write(
      `POST /api/v1/files?name=a.gcode HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n` +
        `Authorization: Bearer ${token}\r\nContent-Type: text/plain\r\nContent-Length: ${gcode.length}\r\n\r\n`,
    );
    await new Promise(resolve => socket.once('close', resolve));
    return received.match(/HTTP\/1.1 \d+/g);
  };
  t.deepEqual(await ask(await fixture.tokenOf('student')), ['HTTP/1.1 100', 'HTTP/1.1 201']);
  t.deepEqual(await ask('nonsense'), ['HTTP/1.1 401']);
});
