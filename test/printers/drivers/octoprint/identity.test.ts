import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { cameraOf } from '../../../../src/printers/drivers/octoprint/identity.ts';
import { createOctoPrintDriver } from '../../../../src/printers/drivers/octoprint/octoprint.ts';
import { API_KEY, startFakeOctoPrint } from '../../../support/fake-octoprint.ts';
import { steppingClock } from '../../../support/one-printer.ts';

const timeouts = { status: 1500, command: 1500, uploadIdle: 1500 };
const never = new AbortController().signal;
type Teardown = { teardown(fn: () => Promise<void>): void };

const driverAt = (url: string, apiKey = API_KEY) =>
  createOctoPrintDriver({ url, apiKey }, { clock: steppingClock(), timeouts });

const setUp = async (t: Teardown) => {
  const printer = await startFakeOctoPrint();
  t.teardown(() => printer.stop());
  return { printer, identify: () => driverAt(printer.url).identify(never) };
};

/** Something else that answers every request so. */
const answering = async (t: Teardown, status: number, body: string): Promise<string> => {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(async () => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

test('it tells version, model, nozzle and cameras, these with absolute addresses', async t => {
  const { printer, identify } = await setUp(t);
  printer.present({
    profile: { model: ' Prusa MK3S ', extruder: { nozzleDiameter: 0.6 }, volume: { width: 250, depth: 210 } },
    webcam: {
      webcamEnabled: true,
      webcams: [
        { compat: null },
        { compat: { stream: '/webcam/?action=stream', snapshot: 'http://127.0.0.1:8080/?action=snapshot' } },
      ],
    },
  });
  t.deepEqual(await identify(), {
    software: 'OctoPrint 1.11.8',
    model: 'Prusa MK3S',
    nozzleDiameter: 0.6,
    bedSize: { width: 250, depth: 210 },
    material: '',
    takesBgcode: false,
    camera: {
      stream: `${printer.url}/webcam/?action=stream`,
      snapshot: 'http://127.0.0.1:8080/?action=snapshot',
    },
  });
});

test('the bed of a profile is known unless it is the one that OctoPrint begins with', async t => {
  const { printer, identify } = await setUp(t);
  const sizeOf = async (profile: object) => {
    printer.present({ profile });
    return (await identify()).bedSize;
  };
  const begun = { width: 200, depth: 200 };
  t.is(await sizeOf({ model: 'Generic RepRap Printer', volume: begun }), null);
  t.is(await sizeOf({ volume: begun }), null);
  t.deepEqual(await sizeOf({ model: 'Ender 2', volume: begun }), begun);
  t.deepEqual(await sizeOf({ model: 'Generic RepRap Printer', volume: { width: 300, depth: 200 } }), {
    width: 300,
    depth: 200,
  });
  t.is(await sizeOf({ model: 'XL', volume: { width: 'wide', depth: 200 } }), null);
  t.is(await sizeOf({ model: 'XL', volume: { width: 360, depth: 0 } }), null);
});

test('a profile that nobody filled in names no model; cameras that are off or no web addresses are none', async t => {
  const { printer, identify } = await setUp(t);
  t.like(await identify(), { model: '', nozzleDiameter: 0.4, camera: null });
  const webcams = [{ compat: { stream: 'rtsp://cam/1', snapshot: 'javascript:alert(1)' } }];
  printer.present({ webcam: { webcamEnabled: true, webcams } });
  t.is((await identify()).camera, null);
});

test('a key that may not read the settings still identifies it', async t => {
  const { printer, identify } = await setUp(t);
  printer.refuse(/GET \/api\/(settings|printerprofiles)/, 403);
  t.like(await identify(), { software: 'OctoPrint 1.11.8', model: '', nozzleDiameter: null, camera: null });
});

test('a wrong key is told from a wrong kind', async t => {
  const { printer, identify } = await setUp(t);
  printer.revokeKey();
  t.like(await t.throwsAsync(identify()), { kind: 'unauthorized' });
  const wrong = async (url: string) => t.throwsAsync(driverAt(url).identify(never));
  t.like(await wrong(await answering(t, 200, '<html>a router</html>')), { kind: 'wrongKind' });
  t.like(await wrong(await answering(t, 401, '{"error":{"code":401}}')), { kind: 'wrongKind' });
  t.like(await wrong(await answering(t, 403, 'nginx')), { kind: 'wrongKind' });
  t.like(await wrong(await answering(t, 503, 'starting')), { kind: 'unreachable' });
  t.like(await wrong('http://127.0.0.1:9'), { kind: 'unreachable' });
});

for (const [text, kind] of [
  ['OctoPrint (Moonraker v0.3.1)', 'Moonraker'],
  ['PrusaLink 0.8.1', 'PrusaLink'],
] as const) {
  test(`${kind} under OctoPrint's path is named as what it is`, async t => {
    const url = await answering(t, 200, JSON.stringify({ api: '0.1', text }));
    const error = await t.throwsAsync(driverAt(url).identify(never));
    t.like(error, { kind: 'wrongKind' });
    t.regex(error?.message ?? '', new RegExp(`choose the api ${kind}`));
  });
}

test("what OctoPrint calls its own host is OctoPrint's host from here", t => {
  const compat = {
    stream: 'http://localhost:8081/stream',
    snapshot: 'http://127.0.0.1:8080/?action=snapshot',
  };
  t.deepEqual(cameraOf({ webcamEnabled: true, webcams: [{ compat }] }, 'http://octo.lab:5000/'), {
    stream: 'http://octo.lab:8081/stream',
    snapshot: 'http://octo.lab:8080/?action=snapshot',
  });
});
