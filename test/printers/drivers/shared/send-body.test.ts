import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { sendBody, UnreadableFile } from '../../../../src/printers/drivers/shared/send-body.ts';

const content = randomBytes(12_000_001);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const stored = async (t: { teardown(act: () => Promise<void>): void }): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'send-body-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'part.gcode');
  await writeFile(path, content);
  return path;
};

/** Whether this process has the file open; false where the system does not tell. */
const isOpen = async (path: string): Promise<boolean> => {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  const targets = await Promise.all(descriptors.map(one => readlink(`/proc/self/fd/${one}`).catch(() => '')));
  return targets.includes(path);
};

test('a host that takes a file in fits and starts gets each byte of it, between head and tail', async t => {
  const path = await stored(t);
  let taken: Buffer = Buffer.alloc(0);
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) {
      chunks.push(chunk as Buffer);
      if (chunks.length % 40 === 0) await sleep(5);
    }
    taken = Buffer.concat(chunks);
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  const sending = request({ port: (server.address() as AddressInfo).port, method: 'PUT' });
  const answered = once(sending, 'response');
  await sendBody(sending, { head: Buffer.from('head'), path, tail: Buffer.from('tail') });
  await answered;
  t.is(taken.length, content.length + 8);
  t.is(sha256(taken), sha256(Buffer.concat([Buffer.from('head'), content, Buffer.from('tail')])));
  t.false(await isOpen(path));
});

test('a request that is given up before it was connected lets go of the file', async t => {
  const path = await stored(t);
  const sending = request({
    method: 'PUT',
    port: 9,
    // Nobody ever knows where the host is.
    host: 'printer.invalid',
    lookup: () => undefined,
  });
  sending.on('error', () => undefined);
  const sent = sendBody(sending, { head: Buffer.alloc(0), path, tail: Buffer.alloc(0) });
  setTimeout(() => sending.destroy(new Error('Given up.')), 50);
  await t.throwsAsync(sent);
  t.false(await isOpen(path));
});

test('a file that is gone is told apart from a broken connection', async t => {
  const sending = request({ method: 'PUT', host: 'printer.invalid', lookup: () => undefined });
  sending.on('error', () => undefined);
  t.teardown(() => void sending.destroy());
  const nothing = Buffer.alloc(0);
  const sent = sendBody(sending, { head: nothing, path: join(tmpdir(), 'no-such-file'), tail: nothing });
  await t.throwsAsync(sent, { instanceOf: UnreadableFile, message: /ENOENT/ });
});
