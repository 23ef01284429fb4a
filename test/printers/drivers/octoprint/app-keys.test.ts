import test from 'ava';
import { createOctoPrintKeyAsker } from '../../../../src/printers/drivers/octoprint/app-keys.ts';
import { API_KEY, startFakeOctoPrint } from '../../../support/fake-octoprint.ts';

const ask = createOctoPrintKeyAsker({ status: 1500, command: 1500, uploadIdle: 1500 });
const never = new AbortController().signal;

const setUp = async (t: { teardown(fn: () => Promise<void>): void }) => {
  const printer = await startFakeOctoPrint();
  t.teardown(() => printer.stop());
  return printer;
};

test('OctoPrint asks its user by our name, and gives the key once it is granted', async t => {
  const printer = await setUp(t);
  const asking = await ask(printer.url, 'staff', never);
  t.is(asking.page, 'http://octo/plugin/appkeys/auth/token1');
  t.deepEqual(printer.askedForKey(), { app: 'MES Printing Server', user: 'staff' });
  t.deepEqual(await asking.poll(never), { kind: 'pending' });
  printer.decideKey(true);
  t.deepEqual(await asking.poll(never), { kind: 'granted', key: API_KEY });
});

test('no is a denial, and so is a question that OctoPrint has forgotten', async t => {
  const printer = await setUp(t);
  const asking = await ask(printer.url, '', never);
  printer.decideKey(false);
  t.deepEqual(await asking.poll(never), { kind: 'denied' });
});

test('what is no OctoPrint, or one without the plugin, hands out no keys', async t => {
  const printer = await setUp(t);
  const error = await t.throwsAsync(ask(`${printer.url}/elsewhere`, '', never));
  t.like(error, { name: 'DriverError', kind: 'refused' });
  t.regex(error?.message ?? '', /no OctoPrint with Application Keys/);
  t.like(await t.throwsAsync(ask('http://127.0.0.1:9', '', never)), { kind: 'unreachable' });
});
