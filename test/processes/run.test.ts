import { join } from 'node:path';
import test from 'ava';
import { newBed } from '../../src/domain/bed.ts';
import type { Printer } from '../../src/domain/printer.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { openStore } from '../../src/store/open-store.ts';
import { startChild } from '../support/child-process.ts';
import { memoryLog } from '../support/fakes.ts';
import { freePort } from '../support/free-port.ts';
import { PRINTER } from '../support/one-printer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test("the start is told in the lab's time zone, whatever the machine's is", async t => {
  const [http, opcua] = await Promise.all([freePort(), freePort()]);
  const server = startChild('main.ts', temporaryFolder(), {
    TZ: 'America/New_York',
    TIME_ZONE: 'asia/kathmandu',
    DATABASE_URL: 'sqlite+aiosqlite://',
    HTTP_PORT: String(http),
    OPCUA_PORT: String(opcua),
    OPCUA_HOST: '127.0.0.1',
  });
  t.teardown(() => server.process.kill('SIGKILL'));
  const [, time = '', zone = ''] = await server.waitFor(/^Started at (\S+ \S+) \((\S+)\)$/m);
  t.regex(zone, /^Asia\/Kat[h]?mandu$/);
  const began = Date.parse(`${time.replace(' ', 'T')}+05:45`);
  t.true(Math.abs(Date.now() - began) < 60_000, `${time} ${zone}`);
  const ready = await (await fetch(`http://127.0.0.1:${http}/readyz`)).json();
  t.deepEqual(ready, { status: 'ready', checks: { store: 'ok', dispatch: 'ok' } });
  server.process.kill('SIGTERM');
  t.is(await server.ended(), 0);
});

test('a printer with a key that no header can carry keeps nobody from working, over starts', async t => {
  const [http, opcua] = await Promise.all([freePort(), freePort()]);
  const folder = temporaryFolder();
  const store = await openStore({ folder: join(folder, 'data'), disk: nodeDisk, log: memoryLog() });
  const row: Printer = { ...PRINTER, api: 'Moonraker', url: 'http://127.0.0.1:1', apiKey: '…' };
  await store.transaction(async tx => {
    tx.put('printers', row);
    tx.put('beds', newBed(row, row.createTime, false));
    tx.put('counters', { id: 'printers', last: 1 });
  });
  await store.close();
  const server = startChild('main.ts', folder, {
    DATABASE_URL: join(folder, 'data'),
    HTTP_PORT: String(http),
    OPCUA_PORT: String(opcua),
    OPCUA_HOST: '127.0.0.1',
    PRINTER_WORKER_INTERVAL: '0.5',
  });
  t.teardown(() => server.process.kill('SIGKILL'));
  await server.waitFor(/^Started at/m);
  await server.waitFor(/"state":"unauthorized".*The printer is not reached/);
  t.is((await fetch(`http://127.0.0.1:${http}/readyz`)).status, 200);
  server.process.kill('SIGTERM');
  t.is(await server.ended(), 0);
  t.notRegex(server.output(), /nobody caught/);
});
