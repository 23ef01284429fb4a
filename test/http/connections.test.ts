import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { problemSchema } from '../../src/contract/problem.ts';
import { limitConnections } from '../../src/http/connection-limits.ts';
import { memoryLog } from '../support/fakes.ts';
import { until } from '../support/until.ts';
import { type HttpFixture, startHttp } from './http-fixture.ts';

interface Client {
  readonly socket: Socket;
  received(): string;
  readonly closed: Promise<unknown>;
}

const open = async (t: ExecutionContext, { server }: HttpFixture): Promise<Client> => {
  const socket = connect(server.port, '127.0.0.1');
  socket.setEncoding('utf8');
  let received = '';
  socket.on('data', text => {
    received += text;
  });
  socket.on('error', () => {});
  t.teardown(() => {
    socket.destroy();
  });
  const closed = new Promise(resolve => socket.once('close', resolve));
  await once(socket, 'connect');
  return { socket, received: () => received, closed };
};

const isServed = async ({ root }: HttpFixture): Promise<boolean> => {
  try {
    const response = await fetch(`${root}/healthz`, { headers: { connection: 'close' } });
    await response.text();
    return response.ok;
  } catch {
    return false;
  }
};

/** What is answered to that text, once the server has closed. */
const answerTo = async (t: ExecutionContext, fixture: HttpFixture, text: string) => {
  const client = await open(t, fixture);
  client.socket.write(text);
  await client.closed;
  const [head = '', body = ''] = client.received().split('\r\n\r\n');
  return { head, body };
};

test('one address has so many connections and no more; they come back, and the log says it once', async t => {
  const fixture = await startHttp(t, { settings: { maxConnectionsPerAddress: 3 } });
  const clients = [await open(t, fixture), await open(t, fixture), await open(t, fixture)];
  for (let count = 0; count < 3; count += 1) await (await open(t, fixture)).closed;
  const told = fixture.log.lines.filter(({ message }) => /too many are open from one address/.test(message));
  t.is(told.length, 1);
  t.like(told[0], { level: 'warn', fields: { address: '127.0.0.1', limit: 3, refused: 1 } });
  clients[0]?.socket.destroy();
  await until('the server to take connections again', () => isServed(fixture));
});

test('behind a proxy all clients have one address: only the limit in all counts', async t => {
  const settings = { maxConnectionsPerAddress: 1, maxConnections: 4, trustProxy: true };
  const fixture = await startHttp(t, { settings });
  for (let count = 0; count < 3; count += 1) await open(t, fixture);
  const last = await open(t, fixture);
  last.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const extra = await open(t, fixture);
  await extra.closed;
  t.is(extra.received(), '');
  await last.closed;
  t.regex(last.received(), /^HTTP\/1.1 200 /);
  t.true(fixture.log.lines.some(({ message }) => /too many are open in all/.test(message)));
});

test('refused connections are told once a minute, with their number', t => {
  const log = memoryLog();
  const server = new EventEmitter();
  let time = 0;
  limitConnections(server as unknown as Server, { inAll: 10, perAddress: 0 }, log, () => time);
  for (let second = 0; second < 120; second += 1) {
    time = second * 1000;
    server.emit('connection', { remoteAddress: '10.0.0.1', destroy: () => {} });
  }
  t.deepEqual(
    log.lines.map(({ fields }) => fields),
    [
      { address: '10.0.0.1', limit: 0, refused: 1 },
      { address: '10.0.0.1', limit: 0, refused: 60 },
    ],
  );
});

test('a head that drips or never comes is ended with a clear answer', async t => {
  const fixture = await startHttp(t, { settings: { headersTimeout: 200 } });
  const dripping = await open(t, fixture);
  dripping.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n');
  const timer = setInterval(() => dripping.socket.write('X: y\r\n'), 50);
  const silent = await open(t, fixture);
  await Promise.all([dripping.closed, silent.closed]);
  clearInterval(timer);
  t.regex(dripping.received(), /^HTTP\/1.1 408 Request Timeout\r\nContent-Type: application\/problem\+json/);
});

test('an answer that nobody reads is not kept for ever', async t => {
  const fixture = await startHttp(t, { settings: { silenceTimeout: 300, maxConnectionsPerAddress: 1 } });
  for (let count = 0; count < 60; count += 1) await fixture.app.addFile('student');
  const token = await fixture.tokenOf('student');
  const client = await open(t, fixture);
  client.socket.pause();
  const ask = `GET /api/v1/files?limit=500 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  client.socket.write(ask.repeat(1000));
  t.false(await isServed(fixture), 'its connection is open and the only one');
  await until('the server to take connections again', () => isServed(fixture));
});

test('what is no request that the server understands is a problem like any other', async t => {
  const fixture = await startHttp(t);
  const isProblem = async (text: string, status: number, detail: RegExp): Promise<void> => {
    const { head, body } = await answerTo(t, fixture, text);
    t.regex(head, new RegExp(`^HTTP/1.1 ${status} `));
    t.regex(head, /application\/problem\+json/);
    const problem = problemSchema.parse(JSON.parse(body));
    t.is(problem.status, status);
    t.regex(problem.detail, detail);
  };
  await isProblem('GET nonsense\r\n\r\n', 400, /not HTTP/);
  const longPath = `GET /api/v1/jobs/${'9'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`;
  await isProblem(longPath, 431, /larger than 16384 bytes/);
  const both =
    'POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n';
  await isProblem(both, 400, /not HTTP/);
  await isProblem('FOO /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n', 400, /The method is unknown/);
});

test('a simple client without a Host header, or with an expectation nobody knows, is served', async t => {
  const fixture = await startHttp(t);
  for (const header of ['', 'Host: x\r\nExpect: nonsense\r\n']) {
    const { head } = await answerTo(
      t,
      fixture,
      `GET /healthz HTTP/1.1\r\n${header}Connection: close\r\n\r\n`,
    );
    t.regex(head, /^HTTP\/1.1 200 /);
  }
});

test('requests that are sent without waiting for answers close the connection; one after the other may go on', async t => {
  const fixture = await startHttp(t);
  const greedy = await open(t, fixture);
  greedy.socket.write('GET /healthz HTTP/1.1\r\nHost: lab\r\n\r\n'.repeat(1000));
  await greedy.closed;
  t.true(greedy.received().split('HTTP/1.1 200').length <= 5);
  t.regex(JSON.stringify(fixture.log.lines), /without reading the answers/);

  const patient = await open(t, fixture);
  for (let count = 1; count <= 50; count += 1) {
    patient.socket.write('GET /healthz HTTP/1.1\r\nHost: lab\r\n\r\n');
    while (patient.received().split('HTTP/1.1 200').length <= count) await once(patient.socket, 'data');
  }
  t.false(patient.socket.destroyed);
});
