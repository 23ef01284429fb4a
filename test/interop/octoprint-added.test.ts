/** A printer's way into the server: looked at, added, and given a key by OctoPrint's own user. */
import test from 'ava';
import { type FakeCamera, startFakeCamera } from '../support/fake-camera.ts';
import { until } from '../support/until.ts';
import { gcodeOf } from './support/gcode.ts';
import { asObject } from './support/http-client.ts';
import { type Lab, startLab } from './support/lab.ts';
import { type OctoPrint, startOctoPrint } from './support/octoprint.ts';

let lab: Lab;
let octoprint: OctoPrint;
let camera: FakeCamera;
test.before(async () => {
  lab = await startLab({ printers: 1 });
  camera = await startFakeCamera();
  octoprint = await startOctoPrint(`${lab.folder}/another-octoprint`, camera.url);
});
test.after.always(async () => {
  await octoprint?.stop();
  await camera?.stop();
  await lab?.stop();
});

const printer = (changes: object = {}) => ({
  opcua_name: 'Octo',
  api: 'OctoPrint',
  url: octoprint.url,
  api_key: octoprint.apiKey,
  ...changes,
});

test.serial('it says what it found, or exactly what is wrong', async t => {
  const admin = await lab.http('admin');
  const look = async (changes: object = {}) =>
    asObject((await admin.post('printers/probe', printer(changes))).body);
  const found = await look();
  t.like(found, {
    reached: true,
    ok: true,
    nozzle_diameter: 0.4,
    takes_bgcode: false,
    state_name: 'idle',
    camera: true,
  });
  t.regex(String(found.software), /^OctoPrint 1\.\d+/);
  t.like(await look({ api_key: 'wrong' }), { reached: true, ok: false, problem: { step: 'key' } });
  t.like(await look({ url: lab.server.httpUrl }), { reached: true, problem: { step: 'kind' } });
  t.like(await look({ url: 'http://127.0.0.1:9' }), { reached: false, problem: { step: 'reach' } });
  t.like(await look({ api: 'Moonraker' }), { ok: false });
  t.like(await look({ api: 'PrusaLink' }), { ok: false });
});

test.serial("OctoPrint's user grants the key: the printer is added with it, and prints", async t => {
  const admin = await lab.http('admin');
  const { api_key: _, ...fields } = printer();
  const asked = await admin.post('printers/key-requests', { ...fields, user: 'mes' });
  t.is(asked.status, 202);
  const { id, grant_url } = asObject(asked.body);
  t.regex(String(grant_url), /\/plugin\/appkeys\/auth\//);
  const state = async () => asObject((await admin.get(`printers/key-requests/${id}`)).body);
  t.is((await state()).state, 'pending');

  const pending = asObject(
    asObject(await (await octoprint.request('GET', '/api/plugin/appkeys')).json()).pending,
  );
  const [token] = Object.keys(pending);
  await octoprint.request('POST', `/plugin/appkeys/decision/${token}`, { decision: true });
  await until('the key', async () => (await state()).state === 'granted');
  t.notRegex(JSON.stringify(await state()), /[0-9A-F]{32}/i);
  t.like(asObject((await admin.get('printers/opcua/Octo')).body), { api: 'OctoPrint', nozzle_diameter: 0.4 });

  await lab.confirmBedClear('Octo');
  await lab.waitForReady('Octo');
  const job = await lab.submit(await lab.upload('part.gcode', gcodeOf(2)), { printer: 'Octo' });
  await lab.waitForJob(job, 'printed');
  t.is((await octoprint.startedPrints()).length, 1);
});

test.serial(
  "the camera of OctoPrint's settings is shown to whose job prints, and to no other user",
  async t => {
    await lab.pickUp('Octo');
    const snapshot = async (account: 'student' | 'staff') =>
      (await (await lab.http(account)).get('printers/opcua/Octo/camera/snapshot')).status;
    t.is(await snapshot('student'), 403);
    const job = await lab.submit(await lab.upload('long.gcode', gcodeOf(60)), { printer: 'Octo' });
    await lab.waitForJob(job, 'printing');
    t.is(await snapshot('student'), 200);
    t.is(await snapshot('staff'), 200);
    t.true(camera.requests.every(request => request === '/?action=snapshot') && camera.requests.length > 0);
    await (await lab.ua('plc')).ok('Jobs.CancelJob', job, 'seen enough');
    await lab.waitForJob(job, 'cancelled');
    t.is(await snapshot('student'), 403);
  },
);
