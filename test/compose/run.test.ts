import test from 'ava';
import { startChild } from '../support/child-process.ts';
import { freePort } from '../support/free-port.ts';
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
