import test, { type ExecutionContext } from 'ava';
import { createCameras } from '../../src/printers/camera/cameras.ts';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { PASSWORD } from '../support/app.ts';
import { driversFor } from '../support/drivers.ts';
import { startFakeCamera } from '../support/fake-camera.ts';
import { memoryLog } from '../support/fakes.ts';
import { mockPrinter } from '../support/mock-printer.ts';
import { steppingClock } from '../support/one-printer.ts';
import { until } from '../support/until.ts';
import { isProblem, startHttp } from './http-fixture.ts';

const setUp = async (t: ExecutionContext) => {
  const camera = await startFakeCamera();
  const clock = steppingClock();
  const drivers = driversFor({ Mock: () => createMockDriver({ physics: mockPrinter({ clock }), clock }) });
  const cameras = createCameras({ drivers, clock, log: memoryLog() });
  t.teardown(async () => {
    await cameras.stop();
    await camera.stop();
  });
  const http = await startHttp(t, { cameras });
  await http.app.addPrinter('Printer1', { cameraUrl: camera.url });
  return { ...http, camera };
};

const reading = (response: Response) => {
  const reader = response.body?.getReader();
  let text = '';
  let ended = false;
  const pull = async (): Promise<void> => {
    for (;;) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
      if (done) break;
      text += Buffer.from(value ?? []).toString('latin1');
    }
    ended = true;
  };
  pull().catch(() => {
    ended = true;
  });
  return { text: () => text, ended: () => ended, cancel: () => reader?.cancel() };
};

test('the stream is passed on as MJPEG to all from one connection, and closes with the last viewer', async t => {
  const { camera, call } = await setUp(t);
  const responses = [
    call('operator', 'GET', '/printers/1/camera/stream'),
    call('admin', 'GET', '/printers/opcua/Printer1/camera/stream'),
  ];
  await until('the camera to be open', () => camera.open === 1);
  const sending = setInterval(() => camera.send('picture'), 20);
  t.teardown(async () => clearInterval(sending));
  const viewers = (await Promise.all(responses)).map(response => {
    t.is(response.status, 200);
    t.is(response.headers.get('content-type'), 'multipart/x-mixed-replace; boundary=mes-camera-picture');
    return reading(response);
  });
  const part = '--mes-camera-picture\r\nContent-Type: image/jpeg\r\nContent-Length: 7\r\n\r\npicture\r\n';
  for (const viewer of viewers) {
    await until('two pictures', () => viewer.text().length > 2 * part.length);
    t.true(viewer.text().startsWith(part + part.slice(0, 20)));
  }
  t.is(camera.opened, 1);
  for (const viewer of viewers) await viewer.cancel();
  await until('the connection to be closed', () => camera.open === 0);
});

test('staff and whose job prints there may look, and the owner only until the job ends', async t => {
  const { app, camera, call } = await setUp(t);
  const id = await app.submit('student');
  const stream = '/printers/1/camera/stream';
  const snapshot = '/printers/1/camera/snapshot';
  for (const person of ['student', 'student2', 'plc'] as const) {
    await isProblem(t, await call(person, 'GET', stream), 403, 'NotPermitted');
    await isProblem(t, await call(person, 'GET', snapshot), 403, 'NotPermitted');
  }
  await app.setJob(id, { status: 'printing', printer: 'Printer1' });
  for (const person of ['student2', 'plc'] as const) {
    await isProblem(t, await call(person, 'GET', stream), 403, 'NotPermitted');
  }
  const taken = await call('student', 'GET', snapshot);
  t.is(taken.headers.get('content-type'), 'image/jpeg');
  t.is(await taken.text(), 'snapshot');
  const answer = call('student', 'GET', stream);
  await until('the camera to be open', () => camera.open === 1);
  const sending = setInterval(() => camera.send('picture'), 20);
  t.teardown(async () => clearInterval(sending));
  const viewer = reading(await answer);
  await until('a picture', () => viewer.text().includes('picture'));
  await app.application.cancelJob(app.actors.student, id, '');
  await app.commit({ actor: 'tester' }, async tx =>
    tx.put('jobs', { ...(await app.jobOf(id)), status: 'cancelled' }),
  );
  await until('the end of the stream', () => viewer.ended());
  t.true(viewer.text().endsWith('--mes-camera-picture--\r\n'));
  await until('the connection to be closed', () => camera.open === 0);
  await isProblem(t, await call('student', 'GET', snapshot), 403, 'NotPermitted');
  t.is((await call('operator', 'GET', snapshot)).status, 200);
});

test('an account that is disabled, and a camera that is moved, end what is shown', async t => {
  const { app, camera, call } = await setUp(t);
  const show = async () => {
    const answer = call('operator', 'GET', '/printers/1/camera/stream');
    await until('the camera to be open', () => camera.open === 1);
    camera.send('picture');
    return reading(await answer);
  };
  const moved = await show();
  await call('admin', 'PATCH', '/printers/1', { model: 'XL' });
  t.false(moved.ended(), 'another model is the same camera');
  await call('admin', 'PATCH', '/printers/1', { camera_url: `${camera.url}/other` });
  await until('the end', () => moved.ended());
  await until('the connection to be closed', () => camera.open === 0);
  const disabled = await show();
  await app.application.changeAccount(app.actors.admin, app.actors.operator.accountId, { disabled: true });
  await until('the end', () => disabled.ended());
  t.pass();
});

test('logging out ends what is shown to that log-in, and to no other', async t => {
  const { app, camera, api } = await setUp(t);
  const logIn = async () => (await app.application.logIn('operator', PASSWORD)).token;
  const watch = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = fetch(`${api}/printers/1/camera/stream`, { headers });
    const sending = setInterval(() => camera.send('picture'), 20);
    t.teardown(async () => clearInterval(sending));
    return reading(await answer);
  };
  const [first, second] = [await logIn(), await logIn()];
  const ending = await watch(first);
  const staying = await watch(second);
  await app.application.logOut(first);
  await until('the end', () => ending.ended());
  t.false(staying.ended());
  const so = staying.text().length;
  await until('more pictures', () => staying.text().length > so);
  await staying.cancel();
});

test('a dead camera is 503, a printer without one 404, and nobody is told the address', async t => {
  const { app, camera, call } = await setUp(t);
  await camera.stop();
  const port = new URL(camera.url).port;
  for (const what of ['stream', 'snapshot']) {
    const answer = await call('operator', 'GET', `/printers/1/camera/${what}`);
    const detail = await isProblem(t, answer, 503, 'PrinterUnavailable');
    t.false(detail.includes(port), detail);
  }
  await app.addPrinter('Printer2');
  await isProblem(t, await call('operator', 'GET', '/printers/2/camera/stream'), 404, 'NotFound');
});

test('a camera that breaks off before its first picture is 503, not a broken answer', async t => {
  const { camera, call } = await setUp(t);
  camera.answerWith(response => {
    response.writeHead(200, { 'Content-Type': 'multipart/x-mixed-replace;boundary=cam' });
    response.write('--cam\r\n');
    setTimeout(() => response.destroy(), 50);
  });
  const answer = await call('operator', 'GET', '/printers/1/camera/stream');
  const detail = await isProblem(t, answer, 503, 'PrinterUnavailable');
  t.regex(detail, /broke off/);
});

test('a HEAD request leaves at once', async t => {
  const { camera, call } = await setUp(t);
  t.is((await call('operator', 'HEAD', '/printers/1/camera/stream')).status, 200);
  await until('the connection to be closed', () => camera.open === 0);
});
