import test from 'ava';
import { z } from 'zod';
import { printerSchema, printerStatusSchema } from '../../src/contract/printer.ts';
import { snapshotOf } from '../support/fakes.ts';
import { isProblem, startHttp } from './http-fixture.ts';

const sample = {
  url: 'http://mock-printer1:5000',
  api: 'Mock',
  api_key: 'FJZ3PO9',
  opcua_name: 'Printer1',
  worker: true,
};

test("the earlier README's printer is added, and its key never comes back", async t => {
  const { call, log } = await startHttp(t);
  const added = await call('admin', 'POST', '/printers', sample);
  t.is(added.status, 201);
  const text = await added.text();
  t.false(text.includes('FJZ3PO9'));
  const printer = printerSchema.parse(JSON.parse(text));
  t.like(printer, { id: 1, api: 'Mock', opcua_name: 'Printer1', has_worker: true, group_name: 'default' });
  t.is(added.headers.get('location'), '/api/v1/printers/1');
  for (const path of ['/printers', '/printers/1', '/printers/opcua/Printer1', '/printers/1/status']) {
    t.false((await (await call('admin', 'GET', path)).text()).includes('FJZ3PO9'), path);
  }
  t.false(JSON.stringify(log.lines).includes('FJZ3PO9'));
});

test('the api is taken in any case; a printer without a name is called like its host', async t => {
  const { app, call } = await startHttp(t);
  const add = async (changes: object) => call('admin', 'POST', '/printers', { ...sample, ...changes });
  for (const [index, api] of ['octoprint', 'MOCK', 'Prusa'].entries()) {
    const response = await add({ api, opcua_name: undefined, url: `http://printer-${index}.lab` });
    t.like(printerSchema.parse(await response.json()), { opcua_name: `printer-${index}.lab` });
  }
  const unknown = await isProblem(t, await add({ api: 'Marlin' }), 422, 'InvalidArgument');
  t.is(unknown, 'api: must be one of OctoPrint, PrusaLink, Moonraker, Mock or Prusa.');
  t.is(await app.store.count('printers'), 3);
});

test('a printer that cannot be added says why', async t => {
  const { call } = await startHttp(t);
  const add = async (changes: object) => call('admin', 'POST', '/printers', { ...sample, ...changes });
  t.is((await add({})).status, 201);
  await isProblem(t, await add({ opcua_name: 'PRINTER1' }), 409, 'InvalidState');
  await isProblem(
    t,
    await add({ api: 'OctoPrint', opcua_name: 'P2', url: 'no url' }),
    400,
    'InvalidArgument',
  );
  await isProblem(t, await add({ opcua_name: 'Drucker ä' }), 400, 'InvalidArgument');
  await isProblem(t, await add({ worker: 'yes' }), 422, 'InvalidArgument');
  await isProblem(t, await call('admin', 'GET', '/printers/99'), 404, 'NotFound');
  await isProblem(t, await call('admin', 'GET', '/printers/opcua/nobody'), 404, 'NotFound');
});

test('a printer is found by number and name, filtered by group, changed and removed', async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('Printer1');
  await app.addPrinter('Printer2', { group: 'other' });
  const listed = z
    .array(printerSchema)
    .parse(await (await call('student', 'GET', '/printers?group=other')).json());
  t.deepEqual(
    listed.map(printer => printer.opcua_name),
    ['Printer2'],
  );
  const changed = await call('admin', 'PATCH', '/printers/2', {
    model: 'MK4',
    nozzle_diameter: 0.6,
    camera_url: 'http://camera',
    api_key: 'k',
  });
  t.like(printerSchema.parse(await changed.json()), {
    model: 'MK4',
    nozzle_diameter: 0.6,
    camera_url: 'http://camera',
  });
  t.is((await app.store.get('printers', 2))?.apiKey, 'k');
  await isProblem(t, await call('admin', 'PATCH', '/printers/2', { modell: 'MK4' }), 422, 'InvalidArgument');
  t.is((await call('admin', 'DELETE', '/printers/opcua/Printer2')).status, 204);
  await isProblem(t, await call('admin', 'GET', '/printers/2'), 404, 'NotFound');
});

test('every route of a printer takes its number or its name; a number comes before a name like one', async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('2');
  await app.addPrinter('XL-1');
  await app.addPrinter('key-requests');
  await app.addPrinter('77');
  const nameAt = async (path: string) =>
    printerSchema.parse(await (await call('admin', 'GET', path)).json()).opcua_name;
  t.is(await nameAt('/printers/2'), 'XL-1');
  t.is(await nameAt('/printers/opcua/2'), '2');
  t.is(await nameAt('/printers/77'), '77');
  t.is(await nameAt('/printers/xl-1'), 'XL-1');
  t.is(await nameAt('/printers/opcua/key-requests'), 'key-requests');
  t.deepEqual(await (await call('admin', 'GET', '/printers/key-requests')).json(), []);
  const changed = await call('admin', 'PATCH', '/printers/XL-1', { model: 'XL' });
  t.like(printerSchema.parse(await changed.json()), { opcua_name: 'XL-1', model: 'XL' });
  t.is((await call('student', 'GET', '/printers/XL-1/status')).status, 200);
  t.is((await call('operator', 'PUT', '/printers/XL-1/worker:stop')).status, 204);
  t.false((await app.store.get('printers', 2))?.worker);
  t.is((await call('admin', 'DELETE', '/printers/XL-1')).status, 204);
  for (const gone of ['2', 'XL-1', '99', 'nobody']) {
    await isProblem(t, await call('admin', 'PATCH', `/printers/${gone}`, {}), 404, 'NotFound');
  }
});

test('a printer tells its state and what keeps it from a job, where it is added, listed and read', async t => {
  const { app, call } = await startHttp(t);
  const added = await call('admin', 'POST', '/printers', {
    ...sample,
    api: 'OctoPrint',
    url: 'http://octo.lab',
  });
  const fresh = {
    state: 'error',
    state_name: 'unknown',
    state_code: 16,
    online: false,
    ready: false,
    not_ready_reason: 'Not yet read.',
  };
  t.like(printerSchema.parse(await added.json()), fresh);
  const everywhere = async (expected: object): Promise<void> => {
    const list = z.array(printerSchema).parse(await (await call('student', 'GET', '/printers')).json());
    t.like(list[0], expected);
    for (const path of ['/printers/1', '/printers/opcua/Printer1']) {
      t.like(printerSchema.parse(await (await call('student', 'GET', path)).json()), expected, path);
    }
    const changed = await call('admin', 'PATCH', '/printers/1', {});
    t.like(printerSchema.parse(await changed.json()), expected);
  };
  await everywhere(fresh);
  app.live.write('Printer1', snapshotOf('idle'));
  const idle = { state: 'ready', state_name: 'idle', state_code: 4, online: true };
  await everywhere({
    ...idle,
    ready: false,
    not_ready_reason: 'Its bed is not clear: a person has to look and confirm it.',
  });
  await call('operator', 'PUT', '/printers/1/bed:clear');
  await everywhere({ ...idle, ready: true, not_ready_reason: '' });
  app.live.write('Printer1', snapshotOf('attention', { job: null, message: 'It has no drive.' }));
  await everywhere({
    state: 'error',
    state_name: 'attention',
    online: true,
    not_ready_reason: 'The printer needs a person: It has no drive.',
  });
  await call('operator', 'PUT', '/printers/1/worker:stop');
  await everywhere({ ready: false, not_ready_reason: 'Its worker is stopped.' });
});

test('addresses are shown to staff alone', async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('Printer1', { url: 'http://10.0.0.1', cameraUrl: 'http://10.0.0.2' });
  for (const path of ['/printers/1', '/printers/1/status', '/printers', '/printers/opcua/Printer1']) {
    t.false((await (await call('student', 'GET', path)).text()).includes('10.0.0'), path);
    t.false((await (await call('plc', 'GET', path)).text()).includes('10.0.0'), path);
    t.true((await (await call('operator', 'GET', path)).text()).includes('10.0.0.1'), path);
  }
});

test('the status tells of a print, and of whose it is only to those who may know', async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('Printer1');
  const jobId = await app.submit('student');
  await app.setJob(jobId, { status: 'printing', printer: 'Printer1', fileName: 'secret.gcode' });
  const job = {
    file: 'mes-1-1.gcode',
    progress: 40,
    timeUsed: 60,
    timeLeft: 90,
    timeLeftApprox: null,
    native: {},
  };
  app.live.write('Printer1', snapshotOf('printing', { job, nozzle: { actual: 214.5, target: 215 } }));
  const status = async (person: 'student' | 'student2' | 'plc') =>
    printerStatusSchema.parse(await (await call(person, 'GET', '/printers/1/status')).json());
  t.like(await status('student'), {
    name: 'Printer1',
    state: 'printing',
    state_name: 'printing',
    temp_nozzle: { actual: 214.5, target: 215 },
    temp_bed: { actual: 25, target: 0 },
    ready: false,
    job: {
      id: jobId,
      file_path: 'secret.gcode',
      previewed_model_url: null,
      progress: 40,
      time_used: 60,
      time_left: 90,
      time_approx: null,
    },
  });
  t.like((await status('student2')).job, { id: null, file_path: null, progress: 40 });
  t.is((await status('plc')).job?.id, jobId);
});

test('the status is null without a worker; workers, maintenance and the bed are switched', async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('Printer1', { api: 'OctoPrint', url: 'http://octo' });
  const put = async (action: string, body?: object) => {
    const response = await call('operator', 'PUT', `/printers/1/${action}`, body);
    t.is(response.status, 204, action);
  };
  await put('worker:stop');
  t.is(await (await call('student', 'GET', '/printers/1/status')).text(), 'null');
  await put('worker%3Astart');
  t.true((await app.store.get('printers', 1))?.worker);
  await put('maintenance', { on: true, reason: 'new nozzle' });
  t.like(await app.store.get('printers', 1), { maintenance: { on: true, reason: 'new nozzle' } });
  const bed = await app.store.get('beds', 1);
  if (bed) await app.put('beds', { ...bed, state: 'occupied', content: 'unknown' });
  await put('bed:clear', { good: true });
  t.is((await app.store.get('beds', 1))?.state, 'clear');
});

test('a printer that gets another address waits for a look at its bed; an address that is taken is refused', async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('Printer1', { api: 'OctoPrint', url: 'http://octo' });
  const octo = { ...sample, api: 'OctoPrint', opcua_name: 'Printer2' };
  const taken = await call('admin', 'POST', '/printers', { ...octo, url: 'http://octo/' });
  t.regex(
    await isProblem(t, taken, 400, 'InvalidArgument'),
    /^Printer Printer1 \(OctoPrint\) has that url already/,
  );
  const moved = await call('admin', 'PATCH', '/printers/1', { url: 'http://other' });
  t.is(moved.status, 200);
  t.like(printerSchema.parse(await moved.json()), {
    url: 'http://other',
    ready: false,
    not_ready_reason: 'Its bed is not clear: a person has to look and confirm it.',
  });
  t.is((await call('admin', 'POST', '/printers', { ...octo, url: 'http://octo/' })).status, 201);
});

test('what can be asked of a printer is shown while it is followed', async t => {
  const capabilities = { pause: true, resume: false, camera: true, filament: false, push: true };
  const followed = new Set([1]);
  const { app, call } = await startHttp(t, {
    capabilitiesOf: id => (followed.has(id) ? capabilities : undefined),
  });
  await app.addPrinter('Printer1');
  const shown = async () => printerSchema.parse(await (await call('student', 'GET', '/printers/1')).json());
  t.deepEqual((await shown()).capabilities, capabilities);
  followed.clear();
  t.is((await shown()).capabilities, null);
});
