/** The stand-in for PrusaLink on a Raspberry Pi behaves as the live one was seen to (0.8.1 over a simulated MK3S). */
import { createHash } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { ask } from '../../../support/prusalink/client.ts';
import {
  type RaspberryPiOptions,
  startRaspberryPi,
  USERNAME,
} from '../../../support/prusalink/raspberry/raspberry-pi.ts';

const FILE = 'mes-1-1.gcode';
const START = `POST /api/v1/files/local/${FILE}`;
const LISTED = 250;

const setUp = async (t: ExecutionContext, options?: RaspberryPiOptions) => {
  const printer = await startRaspberryPi(options);
  t.teardown(() => printer.stop());
  const status = async (line: string, more?: Parameters<typeof ask>[2]) =>
    (await ask(printer, line, more)).status;
  const json = async (line: string) => JSON.parse((await ask(printer, line)).text);
  const upload = (name = FILE, headers: Record<string, string> = {}, storage = 'local') =>
    ask(printer, `PUT /api/v1/files/${storage}/${name}`, {
      headers: { 'X-Api-Key': printer.apiKey, 'Content-Type': 'text/x.gcode', ...headers },
      body: 'G28\n',
    });
  /** Uploaded, listed and started. */
  const print = async (name = FILE) => {
    await upload(name);
    printer.advance(LISTED);
    t.is(await status(`POST /api/v1/files/local/${name}`), 204);
  };
  return { printer, status, json, upload, print };
};

test('an API key: none is 401 with a challenge, a bad one 403, also on what writes and for the version', async t => {
  const { printer, status } = await setUp(t);
  t.is(await status('GET /api/v1/status'), 200);
  const none = await ask(printer, 'GET /api/v1/status', { headers: {} });
  t.is(none.status, 401);
  t.regex(
    none.challenge,
    /^Digest realm="Administrator",qop="auth",algorithm="MD5-sess",nonce="[0-9a-f]{64}",opaque="[0-9a-f]{64}"$/,
  );
  for (const line of ['GET /api/v1/status', 'GET /api/version', START]) {
    const bad = await ask(printer, line, { headers: { 'X-Api-Key': 'no' } });
    t.is(bad.status, 403, line);
    t.is(bad.text, 'Bad X-Api-Key.');
  }
});

test('digest: MD5-sess with qop; a nonce is bound to the program and lasts one to two minutes, or to a restart', async t => {
  const { printer } = await setUp(t);
  const md5 = (...parts: string[]) => createHash('md5').update(parts.join(':')).digest('hex');
  const agent = { 'User-Agent': 'a program' };
  const challenge = async (headers: Record<string, string>) =>
    /nonce="([0-9a-f]+)"/.exec((await ask(printer, 'GET /api/v1/status', { headers })).challenge)?.[1] ?? '';
  const answer = (nonce: string, { password = printer.apiKey, headers = agent } = {}) => {
    const session = md5(md5(USERNAME, 'Administrator', password), nonce, 'c1');
    const response = md5(session, nonce, '00000001', 'c1', 'auth', md5('GET', '/api/v1/status'));
    const authorization = `Digest username="${USERNAME}", realm="Administrator", nonce="${nonce}", uri="/api/v1/status", algorithm=MD5-sess, response="${response}", qop=auth, nc=00000001, cnonce="c1"`;
    return ask(printer, 'GET /api/v1/status', { headers: { ...headers, Authorization: authorization } });
  };
  const nonce = await challenge(agent);
  t.is((await answer(nonce)).status, 200);
  t.notRegex((await answer(nonce, { password: 'wrong' })).challenge, /stale/);
  const other = await answer(nonce, { headers: { 'User-Agent': 'another' } });
  t.is(other.status, 401);
  t.regex(other.challenge, /,stale=true$/);
  printer.advance(60_000);
  t.is((await answer(nonce)).status, 200);
  printer.advance(60_000);
  t.regex((await answer(nonce)).challenge, /,stale=true$/);
  const next = await challenge(agent);
  t.is((await answer(next)).status, 200);
  printer.restart();
  printer.advance(3_000);
  t.is((await answer(next)).status, 401);
});

test('storage is local, sdcard can be read alone, everything else is 404', async t => {
  const { status, json, upload } = await setUp(t);
  t.like((await json('GET /api/v1/storage')).storage_list, [
    { type: 'LOCAL', path: '/local', read_only: false, available: true },
    { type: 'SDCARD', path: '/sdcard', available: false },
  ]);
  t.is((await upload(FILE, {}, 'usb')).status, 404);
  t.is(await status('GET /api/v1/files/usb/a.gcode'), 404);
  t.is((await upload(FILE, {}, 'sdcard')).status, 409);
  t.is(await status('DELETE /api/v1/files/sdcard/a.gcode'), 409);
  t.is(await status('GET /api/v1/files/sdcard/a.gcode'), 404);
});

test('an upload is a raw body with its length, of two types; the name may have 248 characters', async t => {
  const { printer, status, upload } = await setUp(t);
  t.is((await upload()).status, 201);
  t.is(printer.files.get(FILE)?.sha256, createHash('sha256').update('G28\n').digest('hex'));
  t.is((await upload('b.gcode', { 'Content-Type': 'application/octet-stream' })).status, 201);
  t.is((await upload('c.gcode', { 'Content-Type': 'image/png' })).status, 415);
  t.is(await status('PUT /api/v1/files/local/c.gcode', { body: 'G28', chunked: true }), 411);
  t.is((await upload('a%3Fb.gcode')).status, 400);
  t.is((await upload(`${'y'.repeat(242)}.gcode`)).status, 201);
  t.is((await upload(`${'y'.repeat(243)}.gcode`)).status, 500);
  t.is(printer.files.size, 3);
});

test('a taken name is 409; only ?1 is true, for Overwrite and for Print-After-Upload', async t => {
  const { printer, upload } = await setUp(t);
  await upload();
  t.is((await upload()).status, 409);
  t.is((await upload(FILE, { Overwrite: '1' })).status, 409);
  t.is((await upload(FILE, { Overwrite: '?1' })).status, 201);
  t.is((await upload('b.gcode', { 'Print-After-Upload': '1' })).status, 201);
  t.deepEqual(printer.started, [], 'stored alone');
  t.is((await upload('c.gcode', { 'Print-After-Upload': '?1' })).status, 201);
  t.deepEqual(printer.started, ['c.gcode']);
  t.is((await upload('d.gcode', { 'Print-After-Upload': '?1' })).status, 409);
  t.true(printer.files.has('d.gcode'), 'stored all the same');
});

test('a file is listed a moment after it was stored, cannot be started before, and is listed a while after it was removed', async t => {
  const { printer, status, upload } = await setUp(t);
  const get = `GET /api/v1/files/local/${FILE}`;
  await upload();
  t.is(await status(get), 404);
  t.is(await status(START), 404);
  t.is(await status(`DELETE /api/v1/files/local/${FILE}`), 404);
  printer.advance(LISTED);
  t.is(await status(get), 200);
  t.is(await status(`DELETE /api/v1/files/local/${FILE}`), 204);
  t.is(printer.files.size, 0);
  t.is(await status(get), 200, 'still');
  t.is(await status(`DELETE /api/v1/files/local/${FILE}`), 500);
  printer.advance(LISTED);
  t.is(await status(get), 404);
});

test('a start of a file that was just removed is 500, counts the id up and leaves it printing nothing', async t => {
  const { printer, status, upload } = await setUp(t);
  await upload();
  printer.advance(LISTED);
  await status(`DELETE /api/v1/files/local/${FILE}`);
  t.is(await status(START), 500);
  t.is(printer.jobId(), 42);
  printer.advance(3_600_000);
  t.is(printer.state(), 'PRINTING');
  t.deepEqual(printer.started, []);
});

test('a start takes effect at once and counts the id up; 409 while it prints, whether the file is there or not', async t => {
  const { printer, status, print, json } = await setUp(t, { printTime: 100 });
  t.is(await status('POST /api/v1/files/local/none.gcode'), 404);
  await print();
  t.like(await json('GET /api/v1/job'), {
    id: 42,
    state: 'PRINTING',
    time_remaining: null,
    file: { name: FILE, display_name: FILE, path: `/gcodes/${FILE}` },
  });
  t.is(await status(START), 409);
  t.is(await status('POST /api/v1/files/local/none.gcode'), 409);
  t.is(await status(`DELETE /api/v1/files/local/${FILE}`), 409);
  printer.advance(25_000);
  t.like((await json('GET /api/v1/status')).job, { id: 42, progress: 25 });
});

test('FINISHED shows for 11 s with no job: no start meanwhile, and removing the file leaves it', async t => {
  const { printer, status, upload, print } = await setUp(t, { printTime: 100 });
  await print();
  printer.advance(100_000);
  t.is(printer.state(), 'FINISHED');
  t.deepEqual(printer.finished, [FILE]);
  t.is(await status('GET /api/v1/job'), 204);
  t.is(await status(START), 409);
  t.is((await upload('b.gcode', { 'Print-After-Upload': '?1' })).status, 409);
  t.is(await status('PUT /api/v1/job/42/none'), 204, 'the id is still told apart');
  t.is(await status('PUT /api/v1/job/43/none'), 404);
  t.is(await status('DELETE /api/v1/job/42'), 409);
  t.is(await status(`DELETE /api/v1/files/local/${FILE}`), 204);
  printer.advance(10_000);
  t.is(printer.state(), 'FINISHED');
  printer.advance(1_000);
  t.is(printer.state(), 'IDLE');
  t.is(await status('PUT /api/v1/job/42/none'), 204, 'at rest too');
});

test('pause and stop are 204 at once and the state follows; again is 409, a wrong id 404', async t => {
  const { printer, status, print } = await setUp(t);
  await print();
  t.is(await status('PUT /api/v1/job/41/pause'), 404);
  t.is(await status('PUT /api/v1/job/42/resume'), 409);
  t.is(await status('PUT /api/v1/job/42/pause'), 204);
  t.is(printer.state(), 'PRINTING');
  printer.advance(1_000);
  t.is(printer.state(), 'PAUSED');
  t.is(await status('PUT /api/v1/job/42/pause'), 409);
  t.is(await status('PUT /api/v1/job/42/resume'), 204);
  printer.advance(120);
  t.is(printer.state(), 'PRINTING');
  t.is(await status('DELETE /api/v1/job/42'), 204);
  t.is(printer.state(), 'PRINTING');
  t.is(await status('DELETE /api/v1/job/42'), 204, 'while it stops');
  printer.advance(300);
  t.is(printer.state(), 'STOPPED');
  t.is(await status('GET /api/v1/job'), 204);
  t.is(await status('DELETE /api/v1/job/42'), 409);
  printer.advance(11_000);
  t.is(printer.state(), 'IDLE');
});

test('READY and BUSY take a start, ATTENTION takes none', async t => {
  const { printer, status, upload } = await setUp(t);
  await upload();
  printer.advance(LISTED);
  printer.screen.attention();
  t.is(printer.state(), 'ATTENTION');
  t.is(await status(START), 409);
  printer.screen.attention(false);
  printer.screen.ready();
  t.is(printer.state(), 'READY');
  t.is(await status(START), 204);
  printer.finish();
  printer.advance(11_000);
  printer.screen.busy();
  t.is(printer.state(), 'BUSY');
  t.is(await status(START), 204);
});

test('a lost cable is ERROR in its words, without a job; plugged in again it shows the print as stopped', async t => {
  const { printer, status, print, json, upload } = await setUp(t);
  await print();
  printer.fail('Serial device does not exist');
  t.like((await json('GET /api/v1/status')).printer, {
    state: 'ERROR',
    status_printer: { ok: false, message: 'Serial device does not exist' },
  });
  t.is(await status('GET /api/v1/job'), 204);
  t.is(await status('PUT /api/v1/job/42/none'), 204);
  t.is(await status(START), 409);
  t.is((await upload('b.gcode')).status, 201, 'files it takes');
  printer.advance(60_000);
  t.is(printer.state(), 'ERROR', 'until somebody mends it');
  printer.mend();
  printer.advance(2_000);
  t.is(printer.state(), 'STOPPED');
  printer.advance(9_000);
  t.is(printer.state(), 'IDLE');
  t.is(printer.finished.length, 0);
});

test('killed in a print: 503, then IDLE without a job, and the id goes on', async t => {
  const { printer, status, print, json } = await setUp(t);
  await print();
  printer.restart();
  t.is(await status('GET /api/v1/status'), 503);
  t.is(
    await status('GET /api/v1/status', { headers: { 'X-Api-Key': 'no' } }),
    503,
    'before the key is looked at',
  );
  printer.advance(3_000);
  t.is(printer.state(), 'IDLE');
  t.is(await status('GET /api/v1/job'), 204);
  t.is(await status(START), 204);
  t.is((await json('GET /api/v1/job')).id, 43);
});
