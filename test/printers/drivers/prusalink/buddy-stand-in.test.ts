/** The stand-in for Buddy firmware behaves as the tables of its behaviour say. */
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import {
  type BuddyOptions,
  type BuddyPrinter,
  startBuddyPrinter,
  USERNAME,
} from '../../../support/prusalink/buddy/buddy-printer.ts';
import { ask } from '../../../support/prusalink/client.ts';
import { until } from '../../../support/until.ts';

const LONG = 'mes-1-1.gcode';
const SHORT = 'MES-1-~1.GCO';

const setUp = async (t: ExecutionContext, options?: BuddyOptions) => {
  const printer = await startBuddyPrinter(options);
  t.teardown(() => printer.stop());
  const status = async (line: string, more?: Parameters<typeof ask>[2]) =>
    (await ask(printer, line, more)).status;
  const json = async (line: string) => JSON.parse((await ask(printer, line)).text);
  const upload = (name = LONG, headers: Record<string, string> = {}) =>
    ask(printer, `PUT /api/v1/files/usb/${name}`, {
      headers: { 'X-Api-Key': printer.apiKey, ...headers },
      body: 'G28\n',
    });
  return { printer, status, json, upload };
};

/** A client that sends the first bytes alone. @returns what it has heard so far */
const halfAnUpload = async (t: ExecutionContext, printer: BuddyPrinter): Promise<() => string> => {
  const socket = connect(Number(new URL(printer.url).port), '127.0.0.1');
  t.teardown(() => socket.destroy());
  let heard = '';
  socket.on('data', data => {
    heard += data;
  });
  socket.write(
    `PUT /api/v1/files/usb/${LONG} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${printer.apiKey}\r\nContent-Length: 100\r\n\r\nG28\n`,
  );
  await until('the transfer', async () => (await ask(printer, 'GET /api/v1/transfer')).status !== 204);
  return () => heard;
};

test('an API key: 401 when it is wrong, also on what writes', async t => {
  const { printer, status } = await setUp(t);
  t.is(await status('GET /api/v1/status'), 200);
  const wrong = await ask(printer, 'GET /api/v1/status', { headers: { 'X-Api-Key': 'no' } });
  t.is(wrong.status, 401);
  t.is(wrong.challenge, 'ApiKey realm="Printer API"');
  t.is(await status('POST /api/v1/files/usb/a.gcode', { headers: { 'X-Api-Key': 'no' } }), 401);
  printer.revokeKey();
  t.is(await status('GET /api/v1/status'), 401);
});

test('digest: MD5 without qop, and stale once the nonce is older than 300 s or than a restart', async t => {
  const { printer } = await setUp(t);
  const md5 = (...parts: string[]) => createHash('md5').update(parts.join(':')).digest('hex');
  const nonceOf = (challenge: string) => /nonce="([0-9a-f]{16})"/.exec(challenge)?.[1] ?? '';
  const answer = (nonce: string, password = printer.apiKey) => {
    const response = md5(md5(USERNAME, 'Printer API', password), nonce, md5('GET', '/api/v1/status'));
    const authorization = `Digest username="${USERNAME}", realm="Printer API", nonce="${nonce}", uri="/api/v1/status", response="${response}"`;
    return ask(printer, 'GET /api/v1/status', { headers: { Authorization: authorization } });
  };
  const first = await ask(printer, 'GET /api/v1/status', { headers: {} });
  t.is(first.status, 401);
  t.regex(first.challenge, /^Digest realm="Printer API", nonce="[0-9a-f]{16}", stale=false$/);
  const nonce = nonceOf(first.challenge);
  t.is((await answer(nonce)).status, 200);
  t.regex((await answer(nonce, 'wrong')).challenge, /stale=false/);
  printer.advance(299_000);
  t.is((await answer(nonce)).status, 200);
  printer.advance(2_000);
  const old = await answer(nonce);
  t.is(old.status, 401);
  t.regex(old.challenge, /stale=true/);
  printer.restart();
  t.is((await answer(nonceOf(old.challenge))).status, 401);
});

test('storage is usb alone, everything else is 403', async t => {
  const { status, json } = await setUp(t);
  t.like((await json('GET /api/v1/storage')).storage_list, [{ path: '/usb/', name: 'usb', available: true }]);
  t.is(await status('GET /api/v1/files/local/a.gcode'), 403);
  t.is(await status('PUT /api/v1/files/local/a.gcode', { body: 'G28' }), 403);
});

test('an upload is a raw body with its length, of a known extension', async t => {
  const { printer, status, upload } = await setUp(t);
  t.is((await upload()).status, 201);
  const sent = createHash('sha256').update('G28\n').digest('hex');
  t.like(printer.files.get(LONG), { size: 4, sha256: sent, shortName: SHORT });
  t.is(await status('PUT /api/v1/files/usb/b.gcode', { body: 'G28', chunked: true }), 411);
  for (const name of ['a.g', 'a.gc', 'a.gco', 'a.bgc', 'a.bgcode'])
    t.is((await upload(name)).status, 201, name);
  t.is((await upload('a.stl')).status, 415);
  t.is((await upload('a%3Fb.gcode')).status, 422);
  t.is((await upload('a.gcode', { 'Content-Type': 'image/png' })).status, 201, 'the type is not looked at');
  t.is(printer.files.size, 7);
  t.is((await upload(`${'x'.repeat(140)}.gcode`)).status, 201);
  t.is((await upload(`${'x'.repeat(150)}.gcode`)).status, 414, 'more than 168 characters of URL');
});

test('an upload is refused when the drive is missing or full, and when the name is taken', async t => {
  const { printer, upload } = await setUp(t);
  t.is((await upload()).status, 201);
  t.is((await upload()).status, 409);
  t.is((await upload(LONG, { Overwrite: '?1' })).status, 201);
  printer.drive.fill();
  t.is((await upload('b.gcode')).status, 507);
  printer.drive.fill(false);
  printer.drive.takeOut();
  t.is((await upload('b.gcode')).status, 507);
  printer.drive.putIn();
  t.is((await upload('b.gcode')).status, 201);
});

test('one transfer at a time; it is 408 after 10 s without a byte, and leaves nothing', async t => {
  const { printer, status, upload } = await setUp(t);
  t.is(await status('GET /api/v1/transfer'), 204);
  printer.transfer.start('other.gcode');
  t.is(await status('GET /api/v1/transfer'), 200);
  t.is((await upload()).status, 409);
  printer.transfer.end();
  const heard = await halfAnUpload(t, printer);
  t.is((await upload('b.gcode')).status, 409);
  printer.advance(9_000);
  t.is(heard(), '');
  printer.advance(1_000);
  await until('an answer', () => heard() !== '');
  t.regex(heard(), /^HTTP\/1.1 408/);
  t.is(await status('GET /api/v1/transfer'), 204);
  t.is(printer.files.size, 0);
});

test('an upload whose client goes away leaves nothing; one that is stopped is 503', async t => {
  const { printer, status, upload } = await setUp(t);
  printer.mishap('halfRequest', /^PUT/);
  await t.throwsAsync(upload());
  t.is(printer.files.size, 0);
  t.is(await status('GET /api/v1/transfer'), 204);
  const heard = await halfAnUpload(t, printer);
  printer.transfer.stopOurs();
  await until('an answer', () => heard() !== '');
  t.regex(heard(), /^HTTP\/1.1 503/);
  t.is(printer.files.size, 0);
  t.is((await upload()).status, 201);
});

test('an upload opens a preview: still IDLE, nothing printed, and no second preview; it ends an end screen', async t => {
  const { printer, upload } = await setUp(t);
  await upload();
  t.is(printer.state(), 'IDLE');
  t.deepEqual(printer.started, []);
  printer.screen.print(LONG);
  printer.finish();
  t.is(printer.state(), 'FINISHED');
  await upload('b.gcode');
  t.is(printer.state(), 'IDLE');
  t.is(printer.jobId(), 42);
});

test('Print-After-Upload in its three spellings starts, and 409 "Can\'t print right now" has stored the file', async t => {
  for (const [index, value] of ['?1', '1', 'true'].entries()) {
    const { printer, upload } = await setUp(t);
    t.is((await upload(LONG, { 'Print-After-Upload': value })).status, 201);
    t.is(printer.starts(LONG), 1);
    const second = await upload(`b${index}.gcode`, { 'Print-After-Upload': value });
    t.is(second.status, 409);
    t.true(printer.files.has(`b${index}.gcode`));
  }
});

test('a start: 204, 404 without the file, 409 while it prints; each counts the id up, uint16, over restarts', async t => {
  const { printer, status, upload, json } = await setUp(t, { jobId: 65_534 });
  await upload();
  t.is(await status('POST /api/v1/files/usb/none.gcode'), 404);
  t.is(await status(`POST /api/v1/files/usb/${LONG}`), 204);
  t.is(await status(`POST /api/v1/files/usb/${LONG}`), 409);
  t.is((await json('GET /api/v1/job')).id, 65_535);
  printer.restart();
  t.is(printer.state(), 'IDLE');
  t.is(await status('GET /api/v1/job'), 204);
  t.is(await status(`POST /api/v1/files/usb/${SHORT}`), 204);
  t.is((await json('GET /api/v1/job')).id, 0);
  t.is(printer.starts(LONG), 2);
});

test('the job has the 8.3 name and the long one; progress and times move with virtual time', async t => {
  const { printer, status, upload, json } = await setUp(t, { printTime: 100 });
  await upload();
  await status(`POST /api/v1/files/usb/${LONG}`);
  printer.advance(25_000);
  const job = await json('GET /api/v1/job');
  t.like(job, { id: 42, state: 'PRINTING', progress: 25, time_printing: 25, time_remaining: 75 });
  t.like(job.file, { name: SHORT, display_name: LONG, path: '/usb' });
  t.like((await json('GET /api/v1/status')).job, { id: 42, progress: 25 });
  printer.advance(75_000);
  t.is(printer.state(), 'PRINTING', 'also while it finishes');
  printer.advance(3_000);
  t.is(printer.state(), 'FINISHED');
  t.is(await status('GET /api/v1/job'), 204, 'at once');
  printer.advance(86_400_000);
  t.is(printer.state(), 'FINISHED', 'until it is dismissed');
  printer.screen.dismiss();
  t.is(printer.state(), 'IDLE');
});

test('pause only from PRINTING, resume only from PAUSED, stop from either; PAUSED also while it pauses', async t => {
  const { printer, status, upload } = await setUp(t);
  await upload();
  t.is(await status('DELETE /api/v1/job/41'), 409);
  await status(`POST /api/v1/files/usb/${LONG}`);
  t.is(await status('PUT /api/v1/job/41/pause'), 404);
  t.is(await status('PUT /api/v1/job/42/resume'), 409);
  t.is(await status('PUT /api/v1/job/42/pause'), 204);
  t.is(printer.state(), 'PAUSED');
  t.is(await status('PUT /api/v1/job/42/pause'), 409);
  printer.advance(2_000);
  t.is(await status('PUT /api/v1/job/42/resume'), 204);
  t.is(printer.state(), 'PAUSED');
  printer.advance(2_000);
  t.is(printer.state(), 'PRINTING');
  t.is(await status('DELETE /api/v1/job/42'), 204);
  t.is(printer.state(), 'PRINTING', 'while it aborts');
  printer.advance(3_000);
  t.is(printer.state(), 'STOPPED');
  t.is(await status('DELETE /api/v1/job/42'), 409);
});

test('at rest the id of the last job is told apart from others', async t => {
  const { status } = await setUp(t);
  t.is(await status('PUT /api/v1/job/41/none'), 400);
  t.is(await status('PUT /api/v1/job/42/none'), 404);
  t.is(await status('GET /api/v1/job/41'), 405);
  t.is(await status('GET /api/v1/job/42'), 404);
});

test('deleting: 204, 404, 409 while it prints; by its 8.3 name it leaves the end screen', async t => {
  const { printer, status, upload } = await setUp(t);
  t.is(await status(`DELETE /api/v1/files/usb/${LONG}`), 404);
  await upload();
  await status(`POST /api/v1/files/usb/${LONG}`);
  t.is(await status(`DELETE /api/v1/files/usb/${LONG}`), 409);
  t.is(await status(`DELETE /api/v1/files/usb/${SHORT}`), 409);
  printer.finish();
  t.is(await status(`DELETE /api/v1/files/usb/${SHORT}`), 204);
  t.is(printer.state(), 'IDLE');
  t.is(printer.files.size, 0);
});

test('BUSY and ATTENTION take no start; ATTENTION in a print keeps its job, BUSY hides it', async t => {
  const { printer, status, upload } = await setUp(t);
  await upload();
  printer.screen.busy();
  t.is(await status(`POST /api/v1/files/usb/${LONG}`), 409);
  printer.screen.attention();
  t.is(await status(`POST /api/v1/files/usb/${LONG}`), 409);
  printer.screen.attention(false);
  t.is(await status(`POST /api/v1/files/usb/${LONG}`), 204);
  printer.screen.attention();
  t.is(await status('GET /api/v1/job'), 200);
  t.is(await status('DELETE /api/v1/job/42'), 204);
  printer.restart();
  await status(`POST /api/v1/files/usb/${LONG}`);
  printer.screen.busy();
  t.is(await status('GET /api/v1/job'), 204);
});

test('the known bugs can be switched on', async t => {
  const { printer, status, upload } = await setUp(t);
  await upload();
  printer.bugs.spuriousStartConflicts = 1;
  t.is(await status(`POST /api/v1/files/usb/${LONG}`), 409);
  t.is(printer.state(), 'IDLE', 'not yet');
  printer.advance(1_000);
  t.is(printer.starts(LONG), 1, 'it starts all the same');
  printer.bugs.trailingComma = true;
  const { text } = await ask(printer, 'GET /api/v1/job');
  t.throws(() => JSON.parse(text));
  t.regex(text, /,}}$/);
  printer.finish();
  printer.bugs.conflictAtEndScreen = true;
  t.is(await status(`POST /api/v1/files/usb/${LONG}`), 409);
  printer.screen.dismiss();
  printer.bugs.busyDeletions = 1;
  t.is(await status(`DELETE /api/v1/files/usb/${LONG}`), 409);
  t.is(await status(`DELETE /api/v1/files/usb/${LONG}`), 204);
  printer.bugs.spuriousUploadConflicts = 1;
  t.is((await upload()).status, 409);
  t.true(printer.files.has(LONG));
});

test('it has three connections, and time that stands still until the test moves it', async t => {
  const { printer, status } = await setUp(t);
  const end = printer.mishap('blackHole', /status/, Infinity);
  const waiting = [1, 2, 3].map(() => ask(printer, 'GET /api/v1/status').catch(error => error));
  await until('three connections', () => printer.mostActive() === 3);
  await t.throwsAsync(ask(printer, 'GET /api/v1/info'));
  end();
  printer.restart();
  await Promise.all(waiting);
  t.is(await status('GET /api/v1/info'), 200);
});

test('faults: each kind does what it says, as often as it is told', async t => {
  const { printer, status, upload } = await setUp(t);
  await upload();
  const start = `POST /api/v1/files/usb/${LONG}`;
  printer.mishap('lostRequest', /^POST/);
  await t.throwsAsync(status(start));
  t.is(printer.starts(LONG), 0);
  printer.mishap('error500', /^POST/);
  t.is(await status(start), 500);
  printer.mishap('garbage', /^POST/);
  t.is(await status(start), 200);
  t.is(printer.starts(LONG), 0);
  printer.mishap('lostAnswer', /^POST/);
  await t.throwsAsync(status(start));
  t.is(printer.starts(LONG), 1);
  await printer.disconnect();
  await t.throwsAsync(status('GET /api/v1/status'), { code: 'ECONNREFUSED' });
  await printer.connect();
  t.is(await status('GET /api/v1/status'), 200);
  t.is(printer.state(), 'PRINTING');
});
