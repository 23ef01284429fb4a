import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { logIn, newRoot, placeIn, run, startServer } from './installation.ts';

test('the printers of a running server are written as a nodeset, never over another file', async t => {
  const root = newRoot(t);
  const place = await placeIn(root, 'lab');
  const none = await run('export-nodeset', root, place.environment, ['lab.xml']);
  t.is(none.code, 1);
  t.regex(none.output, /There is no data in .*: check DATABASE_URL/);

  const stop = await startServer(t, root, place);
  const headers = { ...(await logIn(place)), 'content-type': 'application/json' };
  for (const name of ['XL-1', 'Old-2']) {
    const body = JSON.stringify({ url: 'http://127.0.0.1:1', api: 'Mock', opcua_name: name });
    const added = await fetch(`${place.api}/printers`, { method: 'POST', headers, body });
    t.is(added.status, 201, await added.text());
  }
  const removed = await fetch(`${place.api}/printers/Old-2`, { method: 'DELETE', headers });
  t.is(removed.status, 204, await removed.text());
  const written = await run('export-nodeset', root, place.environment, ['lab.xml']);
  t.is(written.code, 0, written.output);
  t.regex(written.output, /1 printer to .*lab\.xml/);
  const text = readFileSync(join(root, 'lab.xml'), 'utf8');
  t.true(text.includes('s=Printers/XL-1/Bed/Clear'));
  t.false(text.includes('Old-2'));
  t.false(text.includes('127.0.0.1'), 'what a printer is reached by is nobody else’s');

  const again = await run('export-nodeset', root, place.environment, ['lab.xml']);
  t.is(again.code, 1);
  t.regex(again.output, /exists already/);
  await stop();
});
