import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import test from 'ava';
import { readInSlices } from '../../src/http/read-in-slices.ts';

test('what a closed connection has still sent is not parsed', async t => {
  let requests = 0;
  const server = createServer({ requireHostHeader: false }, request => {
    requests += 1;
    request.socket.destroy();
  });
  readInSlices(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\n\r\n'.repeat(3000));
  await once(socket, 'close');
  t.true(requests > 0 && requests < 300, `${requests} requests`);
});

test('a body larger than any slice arrives whole', async t => {
  const body = Buffer.alloc(1_000_000, 'G1 X1\n');
  const server = createServer(async (request, response) => {
    const received: Buffer[] = [];
    for await (const chunk of request) received.push(chunk);
    response.end(String(Buffer.concat(received).equals(body)));
  });
  readInSlices(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const answer = await fetch(url, { method: 'POST', body, headers: { connection: 'close' } });
  t.is(await answer.text(), 'true');
});
