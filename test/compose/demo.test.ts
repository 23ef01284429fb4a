import test from 'ava';
import { freePort, startChild, temporaryFolder } from '../support/child-process.ts';

test('the demo brings one part from the file to the shelf, stays up, and stops cleanly', async t => {
  const [http, opcua] = await Promise.all([freePort(), freePort()]);
  const demo = startChild('commands/demo.ts', temporaryFolder(), {
    HTTP_PORT: String(http),
    OPCUA_PORT: String(opcua),
  });
  t.teardown(() => demo.process.kill('SIGKILL'));
  await demo.waitFor(/put it on Shelf/, 55_000);
  t.regex(demo.output(), /SubmitJob over OPC UA: job 1\. It waits for approval/);
  t.regex(demo.output(), /printing +on Printer2/);
  t.is((await fetch(`http://127.0.0.1:${http}/readyz`)).status, 200);
  demo.process.kill('SIGTERM');
  t.is(await demo.ended(), 0);
});
