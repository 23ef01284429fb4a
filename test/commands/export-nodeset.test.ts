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
  const added = await fetch(`${place.api}/printers`, {
    method: 'POST',
    headers: { ...(await logIn(place)), 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'http://127.0.0.1:1', api: 'Mock', opcua_name: 'XL-1' }),
  });
  t.is(added.status, 201, await added.text());
  const written = await run('export-nodeset', root, place.environment, ['lab.xml']);
  t.is(written.code, 0, written.output);
  t.regex(written.output, /1 printers? to .*lab\.xml/);
  const text = readFileSync(join(root, 'lab.xml'), 'utf8');
  t.true(text.includes('s=Printers/XL-1/Bed/Clear'));
  t.false(text.includes('127.0.0.1'), 'what a printer is reached by is nobody else’s');

  const again = await run('export-nodeset', root, place.environment, ['lab.xml']);
  t.is(again.code, 1);
  t.regex(again.output, /exists already/);
  await stop();
});
