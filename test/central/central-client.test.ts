import { createServer, type Socket } from 'node:net';
import test from 'ava';
import { lostSnapshot } from '../../src/domain/printer.ts';
import { type CentralWrite, createCentralServer } from '../../src/simulation/central-server.ts';
import { until } from '../support/until.ts';
import { createLab, jobRow, printerRow, snapshotOf } from './support.ts';

const portOf = (url: string): number => Number(new URL(url.replace('opc.tcp', 'http')).port);

test('values arrive in their own types, the state last, and a printer that is missing there is skipped', async t => {
  const central = createCentralServer({ port: 0, printers: 2 });
  await central.start();
  t.teardown(() => central.stop());
  const { client, live, put, log } = await createLab({ url: central.endpointUrl() });
  await put.printers(printerRow(1, { url: 'http://user:password@192.0.2.1/' }), printerRow(2), printerRow(3));
  await put.job(jobRow(7, 'printing', '2026-01-05T09:00:00.000Z'));
  live.write('Printer1', snapshotOf({ time: new Date(Date.now() - 1000).toISOString() }));
  live.write('Printer2', lostSnapshot('unreachable', 'ETIMEDOUT', new Date().toISOString()));
  live.write('Printer3', snapshotOf());
  const order: string[] = [];
  central.onWrite(write => write.printer === 'Printer1' && order.push(write.path));

  await client.start();
  t.teardown(() => client.stop());
  await until('both printers have their state', () =>
    ['Printer1', 'Printer2'].every(name => central.read(name).get('nozzle/actual')?.value !== 0),
  );
  await until('connected', () => client.status().connected);

  const values = central.read('Printer1');
  t.is(values.get('state')?.value, 'printing');
  t.is(values.get('url')?.value, 'http://192.0.2.1/');
  t.is(values.get('camera_url')?.value, 'http://192.0.2.1/camera');
  t.is(values.get('model')?.value, 'Prusa XL');
  t.is(values.get('nozzle/actual')?.value, 214.5);
  t.is(values.get('bed/target')?.value, 60);
  t.is(values.get('head/z')?.value, 0.25);
  t.is(values.get('job/file')?.value, 'part-7.gcode');
  t.is(values.get('job/progress')?.value, 12.5);
  t.is(values.get('job/time_left_approx')?.value, Number.NaN);
  t.is(values.get('job/time_left_approx')?.status, 'BadNoData');
  t.deepEqual(values.get('update_time')?.value, new Date(live.read('Printer1')?.time ?? 0));
  t.deepEqual(values.get('nozzle/actual')?.sourceTimestamp, new Date(live.read('Printer1')?.time ?? 0));
  t.is(order.at(-1), 'state');

  const lost = central.read('Printer2');
  t.is(lost.get('state')?.value, 'Offline');
  t.is(lost.get('nozzle/actual')?.status, 'BadNoCommunication');
  t.is(log.lines.filter(({ message }) => message.includes('does not have this printer')).length, 1);
  t.true(client.status().lastPush instanceof Date);
  t.false(JSON.stringify(log.lines).includes('secret-key'));

  const before = order.length;
  live.write('Printer1', { ...snapshotOf(), nozzle: { actual: 220, target: 215 } });
  await until('the new temperature', () => central.read('Printer1').get('nozzle/actual')?.value === 220);
  t.deepEqual(order.slice(before), ['update_time', 'nozzle/actual'], 'only what changed is written');

  await client.stop();
  t.is(central.read('Printer1').get('state')?.value, 'Offline', 'nobody follows the printer any more');
  t.is(central.read('Printer1').get('nozzle/actual')?.status, 'UncertainLastUsableValue');
  t.is(central.read('Printer1').get('nozzle/actual')?.value, 220);
});

test('a central server that was away and returns with other node ids gets every transition in order, then the current values', async t => {
  const first = createCentralServer({ port: 0, printers: 2 });
  await first.start();
  const port = portOf(first.endpointUrl());
  const { client, live, put, store, log } = await createLab({ url: first.endpointUrl() });
  await put.printers(printerRow(1), printerRow(2), printerRow(9));
  live.write('Printer1', snapshotOf());
  live.write('Printer2', snapshotOf({ state: 'idle', job: null }));
  await client.start();
  t.teardown(() => client.stop());
  await until('the first values', () => first.read('Printer1').get('state')?.value === 'printing');

  await first.stop();
  await until('the loss is noticed', () => !client.status().connected);
  const times = ['09:00', '09:10', '09:20', '09:30'].map(time => `2026-01-05T${time}:00.000Z`);
  const steps = ['starting', 'printing', 'printed', 'picked'] as const;
  for (const [number, status] of steps.entries()) {
    await put.job(jobRow(7, status, times[number] ?? '', { progress: number * 25 }));
    await put.job(jobRow(8, status, times[number] ?? '', { printer: 'Printer2' }));
  }
  await put.job(jobRow(9, 'printing', times[0] ?? '', { printer: 'Printer9' }));
  live.write('Printer1', snapshotOf({ state: 'idle', job: null }));
  t.is(await store.count('centralOutbox'), 9);

  const second = createCentralServer({ port, printers: 2, firstId: 5000 });
  const writes: CentralWrite[] = [];
  second.onWrite(write => writes.push(write));
  await second.start();
  t.teardown(() => second.stop());
  await until('current values and an empty outbox', async () => {
    const state = second.read('Printer1').get('state')?.value;
    return state === 'idle' && (await store.count('centralOutbox')) === 0 && client.status().connected;
  });

  for (const printer of ['Printer1', 'Printer2']) {
    const states = writes.filter(write => write.printer === printer && write.path === 'state');
    t.deepEqual(
      states.map(({ value }) => value),
      [...steps, 'idle'],
      printer,
    );
    t.deepEqual(
      states.slice(0, 4).map(({ sourceTimestamp }) => sourceTimestamp?.toISOString()),
      times,
      printer,
    );
    const current = writes.findIndex(write => write.printer === printer && write.path === 'nozzle/actual');
    const last = writes.findIndex(
      write => write.printer === printer && write.path === 'state' && write.value === 'picked',
    );
    t.true(last < current, 'transitions come before the current values');
  }
  t.deepEqual(
    writes
      .filter(({ printer, path }) => printer === 'Printer1' && path === 'job/progress')
      .map(({ value }) => value),
    [0, 25, 50, 75, 0],
  );
  t.is(second.read('Printer1').get('job/file')?.value, '');
  const dropped = log.lines.filter(({ message }) => message.startsWith('Job transitions are dropped'));
  t.deepEqual(dropped[0]?.fields, { printers: ['Printer9'], transitions: 1 });
  t.is(
    log.lines.filter(({ message, level }) => message.includes('is not reached') && level === 'warn').length,
    1,
    'told once while it is away',
  );

  const before = writes.length;
  await put.job(jobRow(10, 'printing', times[3] ?? ''));
  await until('a transition while connected', async () => (await store.count('centralOutbox')) === 0);
  await until('the current state again', () => second.read('Printer1').get('state')?.value === 'idle');
  t.true(writes.slice(before).some(({ path, value }) => path === 'state' && value === 'printing'));
});

test('a server that takes neither status nor timestamps gets plain values, and nothing stale', async t => {
  const central = createCentralServer({ port: 0, printers: 1, valuesOnly: true });
  await central.start();
  t.teardown(() => central.stop());
  const { client, live, put, store } = await createLab({ url: central.endpointUrl(), staleAfter: 500 });
  await put.printers(printerRow(1));
  await put.job(jobRow(7, 'printing', '2026-01-05T09:00:00.000Z'));
  const written = new Set<unknown>();
  central.onWrite(({ path, value }) => path === 'state' && written.add(value));
  await client.start();
  t.teardown(() => client.stop());
  // Read again and again, however long the connection takes; then no more.
  await until('the state', () => {
    live.write('Printer1', snapshotOf({ state: 'paused' }));
    return central.read('Printer1').get('state')?.value === 'paused';
  });
  t.is(central.read('Printer1').get('nozzle/actual')?.value, 214.5);
  t.true(written.has('printing'), 'the transition too');
  t.is(await store.count('centralOutbox'), 0);

  await until('told as lost', () => central.read('Printer1').get('state')?.value === 'Offline');
  t.is(central.read('Printer1').get('nozzle/actual')?.value, Number.NaN);
});

test('a black hole and a refused connection cost nothing but their time-outs, and stopping is prompt', async t => {
  const sockets = new Set<Socket>();
  const hole = createServer(socket => {
    sockets.add(socket);
    socket.resume();
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>(resolve => hole.listen(0, '127.0.0.1', resolve));
  t.teardown(() => hole.close());
  const address = hole.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { client, put, store, log } = await createLab({ url: `opc.tcp://127.0.0.1:${port}`, timeout: 200 });
  await put.printers(printerRow(1));
  await client.start();
  await until('several attempts', () => {
    return log.lines.filter(({ message }) => message.includes('is not reached')).length >= 3;
  });
  await put.job(jobRow(7, 'printing', '2026-01-05T09:00:00.000Z'));
  t.is(await store.count('centralOutbox'), 1);
  t.deepEqual(client.status(), { enabled: true, connected: false, lastPush: null });
  await client.stop();
  await until('the sockets of all attempts to be closed', () => sockets.size === 0);
});
