import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import test from 'ava';
import { DriverError } from '../../../../src/app/ports.ts';
import { call } from '../../../../src/printers/drivers/shared/http-client.ts';

const TIMEOUT = 200;

/** A host that does that with each connection once a request has come. */
const hostThat = async (serve: (socket: Socket) => void) => {
  const sockets: Socket[] = [];
  const server = createServer(socket => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => serve(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    stop(): void {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

/** A reset ends it as well. */
const closeOf = (socket: Socket): Promise<void> =>
  new Promise(resolve => (socket.closed ? resolve() : socket.once('close', () => resolve())));

const get = (url: string, signal: AbortSignal = new AbortController().signal, timeout = TIMEOUT) =>
  call(url, { method: 'GET', path: '/api/status', timeout, signal });

for (const [name, answer] of [
  ['says nothing', ''],
  ['hangs within the headers', 'HTTP/1.1 200 OK\r\nX-Slow: x'],
  ['hangs after the headers', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{'],
] as const) {
  test(`a host that ${name} is given up in time, and its connection closed`, async t => {
    const host = await hostThat(socket => socket.write(answer));
    t.teardown(host.stop);
    const error = await t.throwsAsync(get(host.url), { instanceOf: DriverError });
    t.is(error?.kind, 'unreachable');
    t.is(error?.message, 'No answer to GET /api/status within 0.2 s.');
    const [socket] = host.sockets;
    if (socket !== undefined) await closeOf(socket);
    t.true(socket?.destroyed);
  });
}

test('a host that answers with a change of protocol nobody asked for is no answer', async t => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n';
  const host = await hostThat(socket => socket.write(switching));
  t.teardown(host.stop);
  const error = await t.throwsAsync(get(host.url), { instanceOf: DriverError });
  t.is(error?.kind, 'unreachable');
});

test('an answer without an end is given up once it is longer than any printer says', async t => {
  let sent = 0;
  const host = await hostThat(socket => {
    socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n');
    const pour = (): void => {
      while (!socket.destroyed && socket.write('x'.repeat(10_000))) sent += 10_000;
    };
    socket.on('drain', pour);
    pour();
  });
  t.teardown(host.stop);
  const error = await t.throwsAsync(get(host.url, undefined, 60_000), { instanceOf: DriverError });
  t.is(error?.kind, 'garbled');
  t.is(error?.message, 'The answer to GET /api/status is too long.');
  const [socket] = host.sockets;
  if (socket !== undefined) await closeOf(socket);
  // What the sockets' buffers hold beside it.
  t.true(sent < 50_000_000, `${sent} bytes were taken`);
});

test('who stops a request gets the reason', async t => {
  const host = await hostThat(() => undefined);
  t.teardown(host.stop);
  const stop = new AbortController();
  const asked = get(host.url, stop.signal, 60_000);
  stop.abort(new Error('The worker is stopped.'));
  await t.throwsAsync(asked, { message: 'The worker is stopped.' });
  await t.throwsAsync(get(host.url, stop.signal), { message: 'The worker is stopped.' });
});

test('a connection that breaks within the answer is told by its code', async t => {
  const host = await hostThat(socket => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{'));
  t.teardown(host.stop);
  const error = await t.throwsAsync(get(host.url), { instanceOf: DriverError });
  t.is(error?.message, 'No answer to GET /api/status: ECONNRESET');
});

test('a failure names neither what was asked for nor a path at any length', async t => {
  const ask = (path: string) =>
    t.throwsAsync(
      call('http://127.0.0.1:1', {
        method: 'GET',
        path,
        timeout: TIMEOUT,
        signal: new AbortController().signal,
      }),
      { instanceOf: DriverError },
    );
  const asked = await ask('/server/files/metadata?filename=secret.gcode');
  t.is(asked?.message, 'No answer to GET /server/files/metadata: ECONNREFUSED');
  const long = await ask(`/api/files/${'x'.repeat(5000)}`);
  t.true((long?.message.length ?? 0) < 140, long?.message);
});
