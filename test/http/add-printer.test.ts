import test from 'ava';
import { z } from 'zod';
import { printerSchema } from '../../src/contract/printer.ts';
import { addedPrinterSchema, probeSchema } from '../../src/contract/printer-probe.ts';
import { silentProbe, snapshotOf } from '../support/fakes.ts';
import { isProblem, startHttp } from './http-fixture.ts';

const octo = { url: 'http://octo.lab', api: 'octoprint', api_key: 'FJZ3PO9', opcua_name: 'Octo' };

const away = silentProbe({
  reached: false,
  problem: { step: 'reach', code: 'unreachable', message: 'Nothing answers at http://octo.lab.' },
  software: '',
  state: null,
});
const wrongKey = silentProbe({
  problem: { step: 'key', code: 'unauthorized', message: 'OctoPrint does not accept the API key.' },
});
const known = silentProbe({
  software: 'OctoPrint 1.11.8',
  model: 'MK3S ',
  nozzleDiameter: 0.6,
  material: 'PETG',
  camera: { stream: 'http://10.0.0.9/stream', snapshot: '' },
});

test('what the printer tells fills in what was left empty, and nothing else', async t => {
  const { call } = await startHttp(t, { probe: known });
  const added = addedPrinterSchema.parse(await (await call('admin', 'POST', '/printers', octo)).json());
  t.like(added, { model: 'MK3S', nozzle_diameter: 0.6, material: null });
  t.like(added.probe, { reached: true, ok: true, problem: null, software: 'OctoPrint 1.11.8', camera: true });
  t.is(added.probe.material, 'PETG', 'told, and not taken for what staff entered');
  const second = {
    ...octo,
    url: 'http://two.lab',
    opcua_name: 'Two',
    model: 'XL',
    nozzle_diameter: 0.4,
    material: 'PLA',
  };
  const other = addedPrinterSchema.parse(await (await call('admin', 'POST', '/printers', second)).json());
  t.like(other, { model: 'XL', nozzle_diameter: 0.4, material: 'PLA' });
});

test('a printer that is not powered yet is added, and the answer says what is wrong', async t => {
  const { call } = await startHttp(t, { probe: away });
  const answer = await call('admin', 'POST', '/printers', octo);
  t.is(answer.status, 201);
  const { probe } = addedPrinterSchema.parse(await answer.json());
  t.like(probe, { reached: false, ok: false, software: null });
  t.deepEqual(probe.problem, {
    step: 'reach',
    code: 'unreachable',
    message: 'Nothing answers at http://octo.lab.',
  });
});

test('with require it is added only when it was found', async t => {
  const { app, call } = await startHttp(t, { probe: wrongKey });
  const refused = await call('admin', 'POST', '/printers?require=ok', octo);
  const detail = await isProblem(t, refused, 503, 'PrinterUnavailable');
  t.is(detail, 'Nothing was added. OctoPrint does not accept the API key.');
  t.is(await app.store.count('printers'), 0);
  await isProblem(t, await call('admin', 'POST', '/printers?require=yes', octo), 422, 'InvalidArgument');
  t.is((await call('admin', 'POST', '/printers?require=reached', octo)).status, 201);
});

test('a dry run says the same and adds nothing; nonsense is refused before anything is looked at', async t => {
  let looks = 0;
  const counted = {
    probe: (...of: Parameters<typeof known.probe>) => {
      looks += 1;
      return known.probe(...of);
    },
  };
  const { app, call } = await startHttp(t, { probe: counted });
  const answer = await call('admin', 'POST', '/printers/probe', octo);
  t.like(probeSchema.parse(await answer.json()), { ok: true, model: 'MK3S ', nozzle_diameter: 0.6 });
  t.is(await app.store.count('printers'), 0);
  t.is(looks, 1);
  for (const wrong of [{ url: 'file:///etc/passwd' }, { api_key: '' }, { opcua_name: 'ä' }]) {
    await isProblem(
      t,
      await call('admin', 'POST', '/printers/probe', { ...octo, ...wrong }),
      400,
      'InvalidArgument',
    );
  }
  await isProblem(t, await call('operator', 'POST', '/printers/probe', octo), 403, 'NotPermitted');
  t.is(looks, 1);
});

test('staff say what is loaded on many printers at once: all or none', async t => {
  const { app, call } = await startHttp(t);
  for (const name of ['P1', 'P2', 'P3']) await app.addPrinter(name);
  const load = (body: object) => call('operator', 'PATCH', '/printers', body);
  const answer = await load({
    names: ['P1', 'p2'],
    material: 'PETG',
    colour: 'orange',
    nozzle_diameter: 0.6,
  });
  t.is(answer.status, 200);
  const printers = z.array(printerSchema).parse(await answer.json());
  t.deepEqual(
    printers.map(({ opcua_name, material, colour, nozzle_diameter }) => [
      opcua_name,
      material,
      colour,
      nozzle_diameter,
    ]),
    [
      ['P1', 'PETG', 'orange', 0.6],
      ['P2', 'PETG', 'orange', 0.6],
    ],
  );
  await isProblem(t, await load({ names: ['P3', 'nobody'], material: 'ABS' }), 404, 'NotFound');
  await isProblem(t, await load({ names: [], material: 'ABS' }), 422, 'InvalidArgument');
  await isProblem(t, await load({ names: ['P3'], url: 'http://x' }), 422, 'InvalidArgument');
  t.is((await app.store.get('printers', 3))?.material, '');
  t.is((await load({ names: ['P1'], colour: '' })).status, 200);
  t.like(await app.store.get('printers', 1), { material: 'PETG', colour: '', nozzleDiameter: 0.6 });
  await isProblem(
    t,
    await call('plc', 'PATCH', '/printers', { names: ['P1'], material: 'ABS' }),
    403,
    'NotPermitted',
  );
});

test('what is loaded is said of whole groups too, and of each printer once', async t => {
  const { app, call } = await startHttp(t);
  for (const [name, group] of [
    ['P1', 'XL'],
    ['P2', 'xl'],
    ['P3', 'mini'],
  ] as const) {
    await app.addPrinter(name, { group });
  }
  const load = (body: object) => call('operator', 'PATCH', '/printers', body);
  const answer = await load({ names: ['p2', 'group:xl'], material: 'PETG' });
  const printers = z.array(printerSchema).parse(await answer.json());
  t.deepEqual(
    printers.map(({ opcua_name }) => opcua_name),
    ['P2', 'P1'],
  );
  t.is((await app.store.get('printers', 3))?.material, '');
  const nobody = await load({ names: ['group:mini', 'group:mk4'], material: 'ABS' });
  t.regex(await isProblem(t, nobody, 404, 'NotFound'), /^There is no printer in a group "mk4"/);
  t.is((await app.store.get('printers', 3))?.material, '');
});

test('a job that is reserved for a printer looks again when something else is loaded there', async t => {
  const { app, call } = await startHttp(t);
  await app.addPrinter('P1');
  const id = await app.submit('student');
  await app.setJob(id, { status: 'scheduled', printer: 'P1' });
  await call('operator', 'PATCH', '/printers', { names: ['P1'], colour: 'red' });
  t.is((await app.jobOf(id)).status, 'scheduled', 'a colour makes no difference');
  await call('operator', 'PATCH', '/printers', { names: ['P1'], material: 'ABS' });
  t.like(await app.jobOf(id), { status: 'approved', printer: '' });
});

test('a printer that was added before it was powered is looked at again, and what nobody said is filled in', async t => {
  let found = away;
  const { app, call } = await startHttp(t, { probe: { probe: target => found.probe(target) } });
  await call('admin', 'POST', '/printers', { ...octo, material: 'PLA' });
  found = known;
  const answer = await call('admin', 'POST', '/printers/opcua/Octo/probe');
  t.like(probeSchema.parse(await answer.json()), { ok: true, material: 'PETG' });
  t.like(await app.store.get('printers', 1), { model: 'MK3S', nozzleDiameter: 0.6, material: 'PLA' });
  const changes = () =>
    app.published.flatMap(one => one.changes).filter(({ collection }) => collection === 'printers').length;
  const before = changes();
  t.is((await call('operator', 'POST', '/printers/Octo/probe')).status, 200, 'all staff may look');
  t.is(changes(), before, 'nothing new');
  for (const person of ['student', 'plc'] as const) {
    await isProblem(t, await call(person, 'POST', '/printers/1/probe'), 403, 'NotPermitted');
  }
  for (const body of [{ url: 'http://other' }, { api_key: 'k' }]) {
    await isProblem(t, await call('operator', 'PATCH', '/printers/1', body), 403, 'NotPermitted');
  }
});

test('a printer that was just looked at shows what was read, until its worker has read it', async t => {
  const { app, call } = await startHttp(t, {
    probe: silentProbe({ reading: snapshotOf('printing', { message: 'x' }), state: 'printing' }),
  });
  const added = addedPrinterSchema.parse(await (await call('admin', 'POST', '/printers', octo)).json());
  t.like(added, { state: 'printing', state_name: 'printing', online: true });
  t.regex(added.not_ready_reason, /^Its bed is not clear/);
  app.live.write('Octo', snapshotOf('idle'));
  t.like(await (await call('admin', 'GET', '/printers/Octo')).json(), { state_name: 'idle' });
  const second = { ...octo, opcua_name: 'Two', url: 'http://two.lab', worker: false };
  const unfollowed = await (await call('admin', 'POST', '/printers', second)).json();
  t.like(unfollowed, { state_name: 'unknown', not_ready_reason: 'Its worker is stopped.' });
});

const shown = [
  [away, 'unreachable', ': since it was added, tried again.'],
  [wrongKey, 'unauthorized', ': OctoPrint does not accept the API key.'],
  [
    silentProbe({ problem: { step: 'kind', code: 'wrongKind', message: 'at http://octo.lab' } }),
    'unreachable',
    ': what answers at its URL is no OctoPrint.',
  ],
  [
    silentProbe({ problem: { step: 'read', code: 'notRead', message: 'at http://octo.lab' } }),
    'unknown',
    ': it answers, and does not tell its state.',
  ],
] as const;
for (const [probe, state_name, reason] of shown) {
  test(`a printer that could not be read when it was added says so at once${reason}`, async t => {
    const { app, call } = await startHttp(t, { probe });
    await call('admin', 'POST', '/printers', octo);
    await app.application.confirmBedClear(app.actors.operator, 'Octo');
    const printer = printerSchema.parse(await (await call('student', 'GET', '/printers/1')).json());
    t.like(printer, { state: 'error', state_name });
    t.true(printer.not_ready_reason.endsWith(reason), printer.not_ready_reason);
  });
}

test('what nobody knows and jobs need is warned of, until somebody says it', async t => {
  const buddy = silentProbe({ software: 'PrusaLink 2.1.2 (Buddy firmware)', nozzleDiameter: 0.4 });
  const { call } = await startHttp(t, { probe: buddy });
  const added = addedPrinterSchema.parse(await (await call('admin', 'POST', '/printers', octo)).json());
  t.is(added.probe.warnings.length, 2);
  t.regex(
    added.probe.warnings[0] ?? '',
    /^PrusaLink 2\.1\.2 \(Buddy firmware\) does not tell its model: set "model"/,
  );
  t.regex(added.probe.warnings[1] ?? '', /^Its material is not known: set "material"/);
  await call('admin', 'PATCH', '/printers/Octo', { model: 'XL', material: 'any' });
  const again = probeSchema.parse(await (await call('operator', 'POST', '/printers/1/probe')).json());
  t.deepEqual(again.warnings, []);
  const dry = { ...octo, model: 'XL' };
  const looked = probeSchema.parse(await (await call('admin', 'POST', '/printers/probe', dry)).json());
  t.is(looked.warnings.length, 1);
});

test('a printer that was not identified may still tell, and a simulated one needs nothing', async t => {
  const { call } = await startHttp(t, { probe: away });
  const added = addedPrinterSchema.parse(await (await call('admin', 'POST', '/printers', octo)).json());
  t.deepEqual(added.probe.warnings, []);
  const mocked = await startHttp(t, { probe: silentProbe() });
  const mock = { api: 'Mock', opcua_name: 'M1' };
  const answer = await (await mocked.call('admin', 'POST', '/printers', mock)).json();
  t.deepEqual(addedPrinterSchema.parse(answer).probe.warnings, []);
});
