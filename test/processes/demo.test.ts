import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { startChild } from '../support/child-process.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('the demo brings one part from the file to the shelf, keeps off a second one, and stops cleanly', async t => {
  t.timeout(300_000);
  const [http, opcua] = await Promise.all([freePort(), freePort()]);
  const folder = temporaryFolder();
  const ports = { HTTP_PORT: String(http), OPCUA_PORT: String(opcua) };
  const demo = startChild('commands/demo.ts', folder, ports);
  t.teardown(() => demo.process.kill('SIGKILL'));
  await demo.waitFor(/put it on Shelf/, 200_000);
  t.regex(demo.output(), /SubmitJob over OPC UA: job 1\. It waits for approval/);
  t.regex(demo.output(), /printing +on Printer2/);
  t.is((await fetch(`http://127.0.0.1:${http}/readyz`)).status, 200);
  await demo.waitFor(/The central server holds of Printer2: state "/);

  const second = startChild('commands/demo.ts', folder, ports);
  t.is(await second.ended(), 2);
  t.regex(second.output(), /is taken\. Set HTTP_HOST or HTTP_PORT/);
  t.true(existsSync(join(folder, 'demo-data/store')));

  const kept = startChild('commands/demo.ts', folder, ports, ['--keep']);
  t.is(await kept.ended(), 1);
  t.regex(kept.output(), /is taken\. Set HTTP_HOST or HTTP_PORT/);
  t.notRegex(kept.output(), /sonic|\n +at /);
  demo.process.kill('SIGTERM');
  t.is(await demo.ended(), 0);
});
