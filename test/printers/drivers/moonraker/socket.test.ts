import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { DriverError } from '../../../../src/app/ports.ts';
import { createMoonrakerDriver } from '../../../../src/printers/drivers/moonraker/moonraker.ts';
import { startFakeMoonraker } from '../../../support/fake-moonraker.ts';
import { timeouts } from '../../../support/moonraker-setup.ts';
import { never, steppingClock } from '../../../support/one-printer.ts';
import { until } from '../../../support/until.ts';

const setUp = async (t: { teardown(fn: () => Promise<void>): void }, ping = 60_000) => {
  const printer = await startFakeMoonraker();
  const pushTimes = { first: 10, longest: 20, ping, bunch: 10, rest: 10 };
  const access = { url: printer.url, apiKey: printer.apiKey };
  const driver = createMoonrakerDriver(access, { clock: steppingClock(), timeouts, pushTimes });
  let changes = 0;
  t.teardown(async () => {
    await driver.close();
    await printer.stop();
  });
  driver.watch(() => {
    changes += 1;
  });
  return { printer, driver, changes: () => changes };
};

/** The first change is told once the subscription stands. */
const subscribed = ({ changes }: Awaited<ReturnType<typeof setUp>>) =>
  until('a subscribed socket', () => changes() > 0);

test('it identifies itself, subscribes to what decides alone, and tells of it', async t => {
  const setting = await setUp(t);
  await subscribed(setting);
  const { printer, changes } = setting;
  const calls = (printer.sockets[0]?.received ?? []).map(text => JSON.parse(text));
  t.deepEqual(
    calls.map(({ method }) => method),
    ['server.connection.identify', 'printer.objects.subscribe'],
  );
  t.deepEqual(calls[1].params, {
    objects: { webhooks: ['state'], print_stats: ['state', 'filename'] },
  });
  for (const act of [
    () => printer.startForeign('a.gcode'),
    () => printer.shutdown('Thermal runaway'),
    () => printer.loseKlipper(),
    () => printer.findKlipper(),
  ]) {
    const before = changes();
    act();
    await until('a change', () => changes() > before);
  }
  await until('another subscription', () => printer.sockets[0]?.received.length === 3);
  t.is(printer.sockets.length, 1);
});

test('what comes in a bunch is told once, and what says nothing new not at all', async t => {
  const setting = await setUp(t);
  await subscribed(setting);
  const before = setting.changes();
  for (let round = 0; round < 50; round++) setting.printer.tell('notify_status_update', [{}, round]);
  setting.printer.tell('notify_proc_stat_update', [{}]);
  await until('a change', () => setting.changes() > before);
  const told = setting.changes();
  t.true(told - before < 10);
  setting.printer.tell('notify_proc_stat_update', [{}]);
  setting.printer.tell('notify_gcode_response', ['ok']);
  await sleep(60);
  t.true(setting.changes() - told <= 1);
});

test('a socket that broke is opened again, and what it missed is read', async t => {
  const setting = await setUp(t);
  await subscribed(setting);
  const { printer, changes } = setting;
  for (let round = 2; round <= 4; round++) {
    const before = changes();
    printer.sockets.at(-1)?.destroy();
    await until('another socket', () => printer.sockets.length === round);
    await until('a change', () => changes() > before);
  }
  t.is(printer.sockets.filter(({ open }) => open).length, 1);
});

test('a socket that answers no ping is given up', async t => {
  const setting = await setUp(t, 300);
  await subscribed(setting);
  await sleep(1000);
  t.is(setting.printer.sockets.length, 1, 'it answers');
  setting.printer.goDeaf();
  await until('another socket', () => setting.printer.sockets.length >= 2);
  t.false(setting.printer.sockets[0]?.open);
});

test('a message that is too long ends the socket instead of filling the memory', async t => {
  const setting = await setUp(t);
  await subscribed(setting);
  setting.printer.tell('notify_status_update', ['x'.repeat(1024 * 1024)]);
  await until('another socket', () => setting.printer.sockets.length === 2);
  t.false(setting.printer.sockets[0]?.open);
});

test('a wrong key opens nothing, and is tried again with a wait', async t => {
  const setting = await setUp(t);
  await subscribed(setting);
  setting.printer.revokeKey();
  setting.printer.sockets[0]?.destroy();
  await sleep(100);
  t.is(setting.printer.sockets.length, 1);
  setting.printer.acceptKey();
  await until('another socket', () => setting.printer.sockets.length === 2);
  t.pass();
});

test('a key that no header can carry ends nothing: the printer is unauthorized, in words', async t => {
  const printer = await startFakeMoonraker();
  const pushTimes = { first: 1, longest: 2, ping: 60_000, bunch: 1, rest: 1 };
  const access = { url: printer.url, apiKey: 'ключ…' };
  const driver = createMoonrakerDriver(access, { clock: steppingClock(), timeouts, pushTimes });
  t.teardown(async () => {
    await driver.close();
    await printer.stop();
  });
  // What a timer throws would end the process.
  driver.watch(() => t.fail('there is nothing to tell'));
  await sleep(50);
  const error = await t.throwsAsync(driver.read(never), { instanceOf: DriverError });
  t.is(error?.kind, 'unauthorized');
  t.regex(error?.message ?? '', /characters that cannot be sent/);
  t.is(printer.sockets.length, 0);
});

test('after close nothing is told, nothing is opened, and close can be repeated', async t => {
  const setting = await setUp(t);
  await subscribed(setting);
  const { printer, driver, changes } = setting;
  const before = changes();
  printer.startForeign('a.gcode');
  await driver.close();
  await driver.close();
  await sleep(80);
  t.is(changes(), before);
  t.is(printer.sockets.length, 1);
  t.false(printer.sockets[0]?.open);
  t.is((await driver.read(never)).state, 'printing', 'reading does not depend on it');
});

for (const [what, answer] of [
  ['that takes the connection and never says a word', ''],
  [
    'that never answers the close',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ',
  ],
] as const) {
  test(`a closed driver does not keep the process alive with a server ${what}`, async t => {
    const { createHash } = await import('node:crypto');
    const deaf = createServer(socket => {
      socket.on('error', () => undefined);
      socket.once('data', data => {
        const key = /sec-websocket-key: (\S+)/i.exec(String(data))?.[1] ?? '';
        const accept = createHash('sha1')
          .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
          .digest('base64');
        if (answer !== '') socket.write(`${answer}${accept}\r\n\r\n`);
      });
    });
    await new Promise<void>(resolve => deaf.listen(0, '127.0.0.1', resolve));
    t.teardown(() => {
      deaf.close();
    });
    const address = deaf.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const socketModule = new URL('../../../../src/printers/drivers/moonraker/socket.ts', import.meta.url);
    const script = `
      import { createSocket } from ${JSON.stringify(socketModule.href)};
      const access = { url: 'http://127.0.0.1:${port}', apiKey: 'k' };
      const socket = createSocket({ access, changed: () => {} });
      socket.start();
      setTimeout(() => socket.close(), 300);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    t.teardown(() => {
      child.kill('SIGKILL');
    });
    const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(20_000) });
    t.is(code, 0);
  });
}
