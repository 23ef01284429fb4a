import { connect } from 'node:net';
import test from 'ava';
import { createLogInThrottle } from '../../src/app/accounts/log-in-throttle.ts';
import { createHttpServer } from '../../src/http/http-server.ts';
import { createTestApp } from '../support/app.ts';
import { memoryLog } from '../support/fakes.ts';
import { httpSettings, startHttp } from './http-fixture.ts';

test('readiness is 503 and says what is wrong', async t => {
  const app = await createTestApp();
  const server = createHttpServer({
    version: '',
    application: app.application,
    throttle: createLogInThrottle(),
    log: memoryLog(),
    settings: httpSettings,
    health: async () => ({ ready: false, checks: { store: 'read-only' } }),
  });
  t.is(server.port, 0);
  await server.start();
  t.teardown(async () => {
    await server.stop();
    await app.close();
  });
  const response = await fetch(`http://127.0.0.1:${server.port}/readyz`);
  t.is(response.status, 503);
  t.deepEqual(await response.json(), { status: 'not ready', checks: { store: 'read-only' } });
  t.is((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status, 200);
});

test('a port that is taken fails the start', async t => {
  const { app, server } = await startHttp(t);
  const second = createHttpServer({
    version: '',
    application: app.application,
    throttle: createLogInThrottle(),
    log: memoryLog(),
    settings: { ...httpSettings, port: server.port },
    health: async () => ({ ready: true, checks: {} }),
  });
  await t.throwsAsync(second.start(), { code: 'EADDRINUSE' });
  await second.stop();
});

test('a stop lets a request under way end', async t => {
  const { app, call, server } = await startHttp(t);
  const { application } = app;
  const { findPrinters } = application;
  let finish = (): void => {};
  const reached = new Promise<void>(resolve => {
    Object.assign(application, {
      findPrinters: async () => {
        resolve();
        await new Promise<void>(go => {
          finish = go;
        });
        return findPrinters();
      },
    });
  });
  const answer = call('student', 'GET', '/printers');
  await reached;
  const stopped = server.stop();
  finish();
  t.is((await answer).status, 200);
  await stopped;
});

test('a stop does not wait for idle connections', async t => {
  const { server } = await startHttp(t);
  const idle = connect(server.port, '127.0.0.1');
  await new Promise(resolve => idle.once('connect', resolve));
  const closed = new Promise(resolve => idle.once('close', resolve));
  await server.stop();
  await closed;
  t.pass();
});
