import { connect } from 'node:net';
import test from 'ava';
import { jobSchema } from '../../src/contract/job.ts';
import { problemSchema } from '../../src/contract/problem.ts';
import { faultyDisk, refuseToSync } from '../support/faulty-disk.ts';
import { form, isProblem, startHttp } from './http-fixture.ts';

test('a body that cannot be right gets a clear answer', async t => {
  const { api, call, tokenOf } = await startHttp(t);
  const authorization = `Bearer ${await tokenOf('admin')}`;
  const post = (body: string, type = 'application/json') =>
    fetch(`${api}/printers`, { method: 'POST', headers: { authorization, 'content-type': type }, body });
  t.regex(await isProblem(t, await post('{"api": '), 400, 'InvalidArgument'), /not valid JSON/);
  await isProblem(t, await post('[]'), 422, 'InvalidArgument');
  t.is(await isProblem(t, await post('7'), 422, 'InvalidArgument'), 'The body must be a JSON object.');
  await isProblem(
    t,
    await post('api=Mock', 'application/x-www-form-urlencoded'),
    415,
    'UnsupportedMediaType',
  );
  const huge = JSON.stringify({ api: 'x'.repeat(10_000_000) });
  await isProblem(t, await post(huge), 413, 'TooLarge');
  await isProblem(
    t,
    await call('admin', 'POST', '/printers', new Blob([huge]).stream(), {
      'content-type': 'application/json',
    }),
    413,
    'TooLarge',
  );
  await isProblem(t, await call('admin', 'POST', '/printers'), 422, 'InvalidArgument');
});

test('an unknown field is refused by its name, and the known ones are told', async t => {
  const { call, storedFiles } = await startHttp(t);
  const refused = async (path: string, body: object) => {
    const response = await call('admin', 'POST', path, body);
    t.is(response.status, 422, path);
    return problemSchema.parse(await response.json());
  };
  const printer = await refused('/printers', { api: 'Mock', opcua_name: 'P1', wrkr: true, x: 1 });
  t.regex(printer.detail, /^wrkr: is unknown: known are url, api, api_key, opcua_name, worker, /);
  t.deepEqual(
    printer.errors?.map(({ field }) => field),
    ['wrkr', 'x'],
  );
  t.regex(
    (await refused('/jobs', { file_id: 'f-1', printr: 'B' })).detail,
    /^printr: .* printer_id, printer,/,
  );
  t.regex((await refused('/jobs', form({ printr: 'B' }))).detail, /^printr: /);
  t.regex((await refused('/files', form({ part_name: 'x' }))).detail, /^part_name: is unknown: no fields/);
  t.deepEqual(await storedFiles(), []);
  const query = await call('admin', 'GET', '/jobs?state=printing');
  t.regex(await isProblem(t, query, 422, 'InvalidArgument'), /^state: is unknown: known are status,/);
});

test('what is wrong with a field is said in plain words', async t => {
  const { call } = await startHttp(t);
  const detail = async (method: string, path: string, body?: object) =>
    isProblem(t, await call('admin', method, path, body), 422, 'InvalidArgument');
  t.is(await detail('GET', '/jobs?limit=x'), 'limit: must be a number.');
  t.is(await detail('GET', '/jobs?limit=501'), 'limit: must be at most 500.');
  t.is(await detail('GET', '/jobs?limit=1.5'), 'limit: must be a whole number.');
  t.is(await detail('GET', '/jobs?limit=1&limit=2'), 'limit: is given 2 times: give it once.');
  t.is(await detail('GET', `/jobs?status=${'x'.repeat(50)}`), 'status: must have at most 40 characters.');
  t.is(await detail('POST', '/jobs', { file_id: 1 }), 'file_id: must be text.');
  t.is(await detail('POST', '/jobs', {}), 'file_id: is missing.');
  t.is(
    await detail('POST', '/jobs', { file_id: 'x', printer_id: {} }),
    'printer_id: must be text or a number.',
  );
  t.is(await detail('POST', '/printers', { api: 'Mock', worker: 'no' }), 'worker: must be true or false.');
  t.is(
    await detail('POST', '/printers', { api: 'Mock', nozzle_diameter: 0 }),
    'nozzle_diameter: must be more than 0.',
  );
  const user = { username: 'x', password: 'long enough', role: 'king' };
  t.is(await detail('POST', '/users', user), 'role: must be one of user, machine, operator, admin.');
  t.is(await detail('POST', '/pickups', []), '(body): must be an object with the fields.');
});

test('a problem names the request, and so does the log', async t => {
  const { api, call, log } = await startHttp(t);
  const response = await call('student', 'GET', '/jobs/77', undefined, { 'x-request-id': 'my-request.1' });
  t.is(response.headers.get('x-request-id'), 'my-request.1');
  t.is(problemSchema.parse(await response.json()).request_id, 'my-request.1');
  t.true(log.lines.some(({ fields }) => 'requestId' in fields && fields.requestId === 'my-request.1'));
  const odd = await fetch(`${api}/auth/me`, { headers: { 'x-request-id': 'a b' } });
  t.not(odd.headers.get('x-request-id'), 'a b');
});

test('what is not there is 404, a wrong method 405, a broken path 400', async t => {
  const { root, api, call, server } = await startHttp(t);
  await isProblem(t, await fetch(`${root}/nothing`), 404, 'NotFound');
  const nothing = await isProblem(t, await fetch(`${api}/docs`), 404, 'NotFound');
  t.is(nothing, 'There is nothing at GET /api/v1/docs: GET /api/v1 lists what there is.');
  await isProblem(t, await fetch(`${api}/nothing`, { method: 'PROPFIND' }), 404, 'NotFound');
  for (const method of ['DELETE', 'PROPFIND']) {
    const wrongMethod = await call('admin', method, '/pickups');
    t.is(wrongMethod.headers.get('allow'), 'GET, HEAD, POST');
    const detail = await isProblem(t, wrongMethod, 405, 'MethodNotAllowed');
    t.is(detail, `/api/v1/pickups takes GET, HEAD, POST, not ${method}.`);
  }
  const onJob = await call('admin', 'POST', '/jobs/1:approve');
  t.is(onJob.headers.get('allow'), 'PUT');
  await isProblem(t, onJob, 405, 'MethodNotAllowed');
  const noAction = await isProblem(t, await call('admin', 'PUT', '/jobs/1:aprove'), 404, 'NotFound');
  t.regex(noAction, /nothing at PUT \/api\/v1\/jobs\/1:aprove/);
  const answer = await new Promise<string>(resolve => {
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write('GET /api/v1/files/%E0%A4%A HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
    );
    socket.setEncoding('utf8').once('data', text => resolve(String(text)));
  });
  t.regex(answer, /^HTTP\/1.1 (?:400|401|404)/);
});

test('a failure of our own is 500 with nothing of the inside, and the log has it', async t => {
  const { app, call, log } = await startHttp(t);
  const application: { findPrinters: unknown } = app.application;
  application.findPrinters = async () => {
    throw new Error('secret detail at /var/data');
  };
  const detail = await isProblem(t, await call('student', 'GET', '/printers'), 500, 'InternalError');
  t.false(detail.includes('secret'));
  t.true(log.lines.some(({ level, message }) => level === 'error' && message === 'A request failed'));
});

test('a failed write that cannot be taken back is 503, and the identical request does it once', async t => {
  const disk = faultyDisk();
  disk.recording = false;
  const { app, call, log, tokenOf } = await startHttp(t, { disk });
  const file = await app.addFile('student');
  const submit = () => call('student', 'POST', '/jobs', { file_id: file.id, request_id: 'R-1' });
  await tokenOf('student');
  refuseToSync(disk);
  const unknown = await submit();
  t.is(unknown.headers.get('retry-after'), '5');
  const detail = await isProblem(t, unknown, 503, 'OutcomeUnknown');
  t.regex(detail, /is unknown\. Repeat the identical call, with the same request id/);
  t.true(log.lines.some(({ level, message }) => level === 'error' && message === 'A request failed'));
  disk.fault = () => undefined;
  const done = jobSchema.parse(await (await submit()).json());
  t.is(jobSchema.parse(await (await submit()).json()).id, done.id);
  t.is(await app.store.count('jobs'), 1);
});

test('every answer carries the headers that browsers heed', async t => {
  const { call } = await startHttp(t);
  const { headers } = await call('student', 'GET', '/auth/me');
  t.is(headers.get('cache-control'), 'no-store');
  t.is(headers.get('x-content-type-options'), 'nosniff');
  t.truthy(headers.get('content-security-policy'));
  t.is(headers.get('strict-transport-security'), null);
});

test('it warns when passwords would travel in the clear', async t => {
  const { log } = await startHttp(t, { settings: { host: '0.0.0.0' } });
  t.true(log.lines.some(({ level, message }) => level === 'warn' && message.includes('without TLS')));
  const { log: quiet } = await startHttp(t);
  t.false(quiet.lines.some(({ level }) => level === 'warn'));
});
