import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import type { CameraViewer } from '../../src/app/ports.ts';
import { mjpegViewer } from '../../src/http/mjpeg-viewer.ts';
import { until } from '../support/until.ts';

type Teardown = { teardown(fn: () => Promise<void>): void };

/** An answer whose client reads nothing until it is told to. */
const openAnswer = async (t: Teardown) => {
  let response: ServerResponse | undefined;
  const server = createServer((_, answer) => {
    response = answer;
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  let received = 0;
  let ended = false;
  const request = get({ port: (server.address() as AddressInfo).port });
  let read = (): void => undefined;
  request.on('error', () => undefined);
  request.on('response', incoming => {
    incoming.on('error', () => undefined);
    incoming.on('close', () => {
      ended = true;
    });
    read = () =>
      void incoming.on('data', chunk => {
        received += chunk.length;
      });
  });
  t.teardown(async () => {
    request.destroy();
    server.closeAllConnections();
    server.close();
  });
  await until('the request', () => response !== undefined);
  if (response === undefined) throw new Error('There is no request.');
  return { response, read: () => read(), received: () => received, ended: () => ended };
};

const MEGABYTE = 1024 * 1024;
const picture = () => ({ type: 'image/jpeg', bytes: Buffer.alloc(MEGABYTE, 1) });

/** Until the buffers of both ends are full too. */
const fill = async (viewer: CameraViewer): Promise<void> => {
  for (let count = 0; count < 60; count++) {
    viewer.show(picture());
    await new Promise(resolve => setImmediate(resolve));
  }
};

test('who takes nothing in holds one picture at most, and sees new ones once it goes on', async t => {
  const { response, read, received } = await openAnswer(t);
  const viewer = mjpegViewer(response);
  let most = 0;
  for (let count = 0; count < 100; count++) {
    viewer.show(picture());
    most = Math.max(most, response.writableLength);
    if (count % 10 === 0) await new Promise(resolve => setImmediate(resolve));
  }
  t.true(most > MEGABYTE / 2 && most < 1.1 * MEGABYTE, `${most} bytes are held`);
  read();
  await until('what was held', () => !response.writableNeedDrain);
  const before = received();
  viewer.show(picture());
  await until('a new picture', () => received() >= before + MEGABYTE);
});

test('who takes nothing in for long is dropped; who goes on in time is not', async t => {
  const dropped = await openAnswer(t);
  const slow = mjpegViewer(dropped.response, 100);
  await fill(slow);
  await until('the drop', () => dropped.response.destroyed);
  const kept = await openAnswer(t);
  const viewer = mjpegViewer(kept.response, 300);
  await fill(viewer);
  t.true(kept.response.writableNeedDrain);
  kept.read();
  await until('what was held', () => !kept.response.writableNeedDrain);
  await new Promise(resolve => setTimeout(resolve, 350));
  t.false(kept.response.destroyed);
});

test('the end closes the answer, also of a slow one; who saw nothing yet is told why', async t => {
  const seeing = await openAnswer(t);
  const viewer = mjpegViewer(seeing.response);
  viewer.show({ type: 'image/jpeg', bytes: Buffer.from('x') });
  viewer.end('over');
  await until('the answer', () => seeing.response.writableEnded);
  viewer.show(picture());
  const slow = await openAnswer(t);
  const stuck = mjpegViewer(slow.response);
  await fill(stuck);
  stuck.end('over');
  t.true(slow.response.destroyed);
  const blind = await openAnswer(t);
  const unseen = mjpegViewer(blind.response);
  unseen.end('it has gone silent');
  await t.throwsAsync(unseen.begun, { message: 'The camera sent no picture: it has gone silent.' });
  t.false(blind.response.headersSent, 'it can still be told what is wrong');
});
