/** Our client against an asyncua central server that is killed, stays away and returns with other node ids. */
import { join } from 'node:path';
import test from 'ava';
import { lostSnapshot } from '../../../src/domain/printer.ts';
import { createLab, jobRow, printerRow, snapshotOf } from '../../central/support.ts';
import { freePort } from '../../support/free-port.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { startCentralServer } from './central-server-process.ts';

const types: Readonly<Record<string, string>> = {
  url: 'String',
  update_time: 'DateTime',
  state: 'String',
  camera_url: 'String',
  model: 'String',
  'job/file': 'String',
};

test('a killed central server returns with other node ids: transitions come in order, then values flow again', async t => {
  const folder = temporaryFolder();
  const port = await freePort();
  const first = await startCentralServer(port, join(folder, 'first.log'));
  t.teardown(() => first.child.kill('SIGKILL'));
  const { client, live, put, store } = await createLab({ url: `opc.tcp://127.0.0.1:${port}` });
  await put.printers(...[1, 2, 3].map(id => printerRow(id)), printerRow(4, { name: 'Resin-Printer' }));
  live.write('Printer1', snapshotOf());
  live.write('Printer2', lostSnapshot('unreachable', 'ETIMEDOUT', new Date().toISOString()));
  await client.start();
  t.teardown(() => client.stop());

  await until('the first values', () => first.latest('Printer1', 'state')?.value === 'printing');
  await until('the lost printer', () => first.latest('Printer2', 'state')?.value === 'Offline');
  t.true(client.status().connected);
  t.deepEqual(
    first.writes.filter(({ result }) => result !== 'Good'),
    [],
  );
  const written = first.writes.filter(({ printer }) => printer === 'Printer1');
  t.is(written.length, 17);
  for (const { path, type } of written) t.is(type, types[path] ?? 'Float', path);
  t.is(first.latest('Printer1', 'nozzle/actual')?.value, 214.5);
  t.is(first.latest('Printer2', 'nozzle/actual')?.status, 'BadNoCommunication');

  await first.child.kill('SIGKILL');
  await until('the loss to be noticed', () => !client.status().connected);
  const times = ['09:00', '09:10', '09:20'].map(time => `2026-01-05T${time}:00.000+00:00`);
  const steps = ['starting', 'printing', 'printed'] as const;
  for (const [number, status] of steps.entries()) {
    await put.job(jobRow(7, status, times[number]?.replace('+00:00', 'Z') ?? ''));
  }
  live.write('Printer1', snapshotOf({ state: 'idle', job: null, time: new Date().toISOString() }));
  t.is(await store.count('centralOutbox'), 3);

  const second = await startCentralServer(port, join(folder, 'second.log'), [
    '--shift=500',
    '--other-namespaces=3',
  ]);
  t.teardown(() => second.child.kill('SIGKILL'));
  await until('the current values', () => second.latest('Printer1', 'state')?.value === 'idle');
  await until('the outbox to be empty', async () => (await store.count('centralOutbox')) === 0);
  const states = second.writes.filter(({ printer, path }) => printer === 'Printer1' && path === 'state');
  t.deepEqual(
    states.map(({ value }) => value),
    [...steps, 'idle'],
  );
  t.deepEqual(
    states.slice(0, 3).map(({ time }) => time),
    times,
  );
  const beforeCurrent = second.writes.findIndex(({ path }) => path === 'nozzle/actual');
  t.true(
    second.writes.findIndex(({ value }) => value === 'printed') < beforeCurrent,
    'before the current values',
  );
  t.not(second.latest('Printer1', 'state')?.node, first.latest('Printer1', 'state')?.node);
  t.deepEqual(
    second.writes.filter(({ result }) => result !== 'Good'),
    [],
  );

  live.write('Printer1', snapshotOf({ nozzle: { actual: 33, target: 0 } }));
  await until('values to flow again', () => second.latest('Printer1', 'nozzle/actual')?.value === 33);

  process.kill(second.child.pid, 'SIGSTOP');
  live.write('Printer1', snapshotOf({ nozzle: { actual: 44, target: 0 } }));
  await until('a server that hangs to be given up', () => !client.status().connected);
  await put.job(jobRow(8, 'starting', new Date().toISOString()));
  process.kill(second.child.pid, 'SIGCONT');
  await until('the newest value', () => second.latest('Printer1', 'nozzle/actual')?.value === 44);
  await until('the outbox to be empty again', async () => (await store.count('centralOutbox')) === 0);
});
