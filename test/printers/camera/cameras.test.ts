import test from 'ava';
import type { CameraViewer, PrinterCamera, PrinterDriver } from '../../../src/app/ports.ts';
import { DriverError } from '../../../src/app/ports.ts';
import { cameraByHand } from '../../../src/printers/camera/camera-address.ts';
import { createCameras } from '../../../src/printers/camera/cameras.ts';
import { driversFor } from '../../support/drivers.ts';
import { startFakeCamera } from '../../support/fake-camera.ts';
import { memoryLog } from '../../support/fakes.ts';
import { PRINTER, steppingClock } from '../../support/one-printer.ts';
import { refused } from '../../support/refused.ts';
import { until } from '../../support/until.ts';

type Teardown = { teardown(fn: () => Promise<void>): void };

const setUp = async (
  t: Teardown,
  found: (url: string) => PrinterCamera | null = () => null,
  silence = 60_000,
) => {
  const camera = await startFakeCamera();
  const clock = steppingClock();
  const log = memoryLog();
  let identified = 0;
  let isAway = false;
  const driver = {
    capabilities: { pause: true, resume: true, camera: true, filament: false, push: false },
    async identify() {
      identified += 1;
      if (isAway) throw new DriverError('unreachable', 'No answer.');
      return { camera: found(camera.url) };
    },
    close: async () => undefined,
  } as unknown as PrinterDriver;
  const drivers = driversFor({ Mock: () => driver });
  const times = { answer: 300, silence };
  const cameras = createCameras({ drivers, clock, log, times, limits: { ofOne: 3, inAll: 4 } });
  t.teardown(async () => {
    await cameras.stop();
    await camera.stop();
  });
  const printer = { ...PRINTER, cameraUrl: camera.url };
  return {
    camera,
    cameras,
    clock,
    log,
    printer,
    unnamed: PRINTER,
    identified: () => identified,
    setAway: (away: boolean) => {
      isAway = away;
    },
  };
};

const viewer = () => {
  const seen: string[] = [];
  const ends: string[] = [];
  const self: CameraViewer & { seen: string[]; ends: string[] } = {
    seen,
    ends,
    show: ({ bytes }) => void seen.push(Buffer.from(bytes).toString()),
    end: reason => void ends.push(reason),
  };
  return self;
};

test('a camera entered by hand is the base of a streamer, or the whole address of a stream or a picture', t => {
  t.deepEqual(cameraByHand('http://cam:8080/'), {
    stream: 'http://cam:8080/?action=stream',
    snapshot: 'http://cam:8080/?action=snapshot',
  });
  t.deepEqual(cameraByHand('http://cam/webcam/?action=stream'), {
    stream: 'http://cam/webcam/?action=stream',
    snapshot: 'http://cam/webcam/?action=snapshot',
  });
  t.deepEqual(cameraByHand('http://cam/live.mjpg'), { stream: 'http://cam/live.mjpg', snapshot: '' });
  t.deepEqual(cameraByHand('http://cam/still.jpg'), { stream: '', snapshot: 'http://cam/still.jpg' });
});

test('two viewers share one connection, which closes when the last has left', async t => {
  const { camera, cameras, printer } = await setUp(t);
  const [first, second] = [viewer(), viewer()];
  const leaves = await Promise.all([cameras.watch(printer, first), cameras.watch(printer, second)]);
  camera.send('one');
  await until('the picture', () => second.seen.length === 1 && first.seen.length === 1);
  t.is(camera.opened, 1);
  leaves[0]?.();
  camera.send('two');
  await until('the next picture', () => second.seen.length === 2);
  t.deepEqual(first.seen, ['one']);
  t.is(camera.open, 1);
  leaves[1]?.();
  leaves[1]?.();
  await until('the connection to be closed', () => camera.open === 0);
  t.deepEqual([first.ends, second.ends], [[], []], 'who leaves is told nothing');
  const third = viewer();
  const leave = await cameras.watch(printer, third);
  t.is(camera.opened, 2);
  leave();
});

test('a camera that breaks off, falls silent or is not there ends clearly, without its address', async t => {
  const { camera, cameras, printer, log } = await setUp(t, () => null, 300);
  const broken = viewer();
  await cameras.watch(printer, broken);
  camera.breakStreams();
  await until('the end', () => broken.ends.length === 1);
  const silent = viewer();
  await cameras.watch(printer, silent);
  await until('the silence', () => silent.ends.length === 1);
  t.deepEqual(silent.ends, ['it has gone silent']);
  await until('the connection to be closed', () => camera.open === 0);
  await camera.stop();
  const refusal = await refused(t, 'PrinterUnavailable', () => cameras.watch(printer, viewer()));
  t.is(refusal.message, 'The camera of Printer1 cannot be shown: it does not answer.');
  t.false(JSON.stringify(log.lines).includes('127.0.0.1'));
});

test('a camera that sends more than anybody can see is read no faster than that', async t => {
  const { camera, cameras, printer } = await setUp(t);
  const part = `--cam\r\nContent-Type: image/jpeg\r\nContent-Length: 1000\r\n\r\n${'x'.repeat(1000)}\r\n`;
  let sent = 0;
  camera.answerWith(response => {
    response.writeHead(200, { 'Content-Type': 'multipart/x-mixed-replace;boundary=cam' });
    const go = (): void => {
      while (!response.destroyed) {
        sent += 1;
        if (response.write(part.repeat(10))) continue;
        response.once('drain', go);
        return;
      }
    };
    go();
  });
  const watching = viewer();
  const begin = performance.now();
  const leave = await cameras.watch(printer, watching);
  await until('pictures', () => watching.seen.length >= 20);
  await new Promise(resolve => setTimeout(resolve, 500));
  const most = (performance.now() - begin) / (1000 / 30) + 10;
  t.true(watching.seen.length <= most, `${watching.seen.length} pictures, ${most} at most`);
  const before = sent;
  await new Promise(resolve => setTimeout(resolve, 300));
  t.true(sent - before < 100, `${sent - before} times ten more were taken in`);
  leave();
});

test('a picture that is too large ends the stream with words', async t => {
  const { camera, cameras, printer } = await setUp(t);
  const watching = viewer();
  await cameras.watch(printer, watching);
  camera.send(Buffer.alloc(4 * 1024 * 1024 + 1));
  await until('the end', () => watching.ends.length === 1);
  t.deepEqual(watching.ends, ['its pictures are larger than 4 MB']);
});

test('what is no stream, an error and a redirect are refused', async t => {
  const { camera, cameras, printer } = await setUp(t);
  for (const [head, words] of [
    [{ status: 200, headers: { 'Content-Type': 'text/html' } }, /does not send an MJPEG stream/],
    [{ status: 404, headers: {} }, /it answers 404/],
    [{ status: 302, headers: { Location: 'http://127.0.0.1:1/' } }, /it answers 302/],
  ] as const) {
    camera.answerWith(response => void response.writeHead(head.status, head.headers).end('x'));
    const refusal = await refused(t, 'PrinterUnavailable', () => cameras.watch(printer, viewer()));
    t.regex(refusal.message, words);
  }
  camera.answerWith(() => undefined);
  const mute = await refused(t, 'PrinterUnavailable', () => cameras.watch(printer, viewer()));
  t.regex(mute.message, /does not answer|gone silent/);
});

test('only so many may look', async t => {
  const { camera, cameras, printer } = await setUp(t);
  const leaves = await Promise.all([1, 2, 3].map(() => cameras.watch(printer, viewer())));
  await refused(t, 'Busy', () => cameras.watch(printer, viewer()));
  leaves[0]?.();
  await cameras.watch(printer, viewer());
  const other = { ...printer, id: 2, name: 'Printer2', cameraUrl: `${camera.url}/other` };
  await cameras.watch(other, viewer());
  await refused(t, 'Busy', () => cameras.watch(other, viewer()));
  t.is(camera.open, 2);
});

test('a stop tells every viewer', async t => {
  const { camera, cameras, printer } = await setUp(t);
  const watching = viewer();
  await cameras.watch(printer, watching);
  await cameras.stop();
  t.deepEqual(watching.ends, ['the server stops']);
  await until('the connection to be closed', () => camera.open === 0);
});

test('a picture is fetched once for all who ask within a second', async t => {
  const { camera, cameras, printer, clock } = await setUp(t);
  const text = async () => Buffer.from((await cameras.picture(printer)).bytes).toString();
  t.deepEqual(await Promise.all([text(), text(), text()]), ['snapshot', 'snapshot', 'snapshot']);
  camera.takeSnapshots('later');
  t.is(await text(), 'snapshot');
  t.is(camera.requests.length, 1);
  clock.advance(1_001);
  t.is(await text(), 'later');
});

test('without a picture of its own the next one of the stream is taken, and nothing stays open', async t => {
  const { camera, cameras, printer } = await setUp(t);
  const picture = cameras.picture({ ...printer, cameraUrl: `${camera.url}/live.mjpg` });
  await until('the stream', () => camera.open === 1);
  camera.send('frame');
  t.is(Buffer.from((await picture).bytes).toString(), 'frame');
  await until('the connection to be closed', () => camera.open === 0);
});

test('a picture that never comes or is no picture is refused', async t => {
  const { camera, cameras, printer } = await setUp(t);
  const live = { ...printer, cameraUrl: `${camera.url}/live.mjpg` };
  t.regex((await refused(t, 'PrinterUnavailable', () => cameras.picture(live))).message, /cannot be shown/);
  const still = { ...printer, cameraUrl: `${camera.url}/still.jpg` };
  camera.answerWith(response => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>'));
  const refusal = await refused(t, 'PrinterUnavailable', () => cameras.picture(still));
  t.regex(refusal.message, /does not send a picture/);
});

test('the printer is asked for its camera, once in a while, and its headers are sent along', async t => {
  const { camera, cameras, unnamed, clock, identified } = await setUp(t, url => ({
    stream: '',
    snapshot: `${url}/snapshot`,
    headers: { 'X-Api-Key': 'key' },
  }));
  await cameras.picture(unnamed);
  clock.advance(60_000);
  await cameras.picture(unnamed);
  t.is(identified(), 1);
  t.deepEqual(camera.requests, ['/snapshot key', '/snapshot key']);
  clock.advance(5 * 60_000);
  await cameras.picture(unnamed);
  t.is(identified(), 2);
  await refused(t, 'NotFound', () => cameras.watch(unnamed, viewer()));
});

test('a printer without a camera says so', async t => {
  const { cameras, unnamed } = await setUp(t);
  await refused(t, 'NotFound', () => cameras.watch(unnamed, viewer()));
  await refused(t, 'NotFound', () => cameras.picture(unnamed));
});

test('a printer that does not answer keeps the camera that it told; one that never told is unavailable for now', async t => {
  const snapshot = (url: string) => ({ stream: '', snapshot: `${url}/snapshot` });
  const { cameras, unnamed, clock, identified, setAway } = await setUp(t, snapshot);
  await cameras.picture(unnamed);
  setAway(true);
  clock.advance(6 * 60_000);
  t.is(Buffer.from((await cameras.picture(unnamed)).bytes).toString(), 'snapshot');
  t.is(identified(), 2);
  const moved = { ...unnamed, url: 'http://other' };
  const refusal = await refused(t, 'PrinterUnavailable', () => cameras.picture(moved));
  t.regex(refusal.message, /^Printer1 does not answer where its camera is: try again/);
  await refused(t, 'PrinterUnavailable', () => cameras.picture(moved));
  t.is(identified(), 3, 'and it is not asked at every look');
  setAway(false);
  clock.advance(21_000);
  await cameras.picture(moved);
});
