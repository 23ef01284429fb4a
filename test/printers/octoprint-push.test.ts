import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { createOctoPrintDriver } from '../../src/printers/drivers/octoprint/octoprint.ts';
import { API_KEY, startFakeOctoPrint } from '../support/fake-octoprint.ts';
import { steppingClock } from '../support/one-printer.ts';
import { until } from '../support/until.ts';

const timeouts = { status: 1500, command: 1500, uploadIdle: 1500 };
const never = new AbortController().signal;

interface SetUp {
  readonly silence?: number;
  readonly longest?: number;
}

const setUp = async (
  t: { teardown(fn: () => Promise<void>): void },
  { silence = 60_000, longest = 20 }: SetUp = {},
) => {
  const printer = await startFakeOctoPrint();
  const pushTimes = { first: 10, longest, silence };
  const access = { url: printer.url, apiKey: API_KEY };
  const driver = createOctoPrintDriver(access, { clock: steppingClock(), timeouts, pushTimes });
  let changes = 0;
  t.teardown(async () => {
    await driver.close();
    await printer.stop();
  });
  return {
    printer,
    driver,
    changes: () => changes,
    watch: () =>
      driver.watch(() => {
        changes += 1;
      }),
  };
};

const loggedIn = (printer: Awaited<ReturnType<typeof startFakeOctoPrint>>, sockets = 1) =>
  until('a socket that is logged in', () =>
    printer.sockets.slice(sockets - 1).some(({ received }) => received.length === 3),
  );

test('the socket is subscribed to events and logged in with a session of its own', async t => {
  const { printer, watch, driver } = await setUp(t);
  watch();
  await loggedIn(printer);
  const [socket] = printer.sockets;
  const [subscribe, , auth] = (socket?.received ?? []).map(text => JSON.parse(text));
  t.like(subscribe.subscribe, { state: { logs: false, messages: false }, plugins: false });
  t.true(subscribe.subscribe.events.includes('PrintFailed'));
  t.deepEqual(auth, { auth: 'mes:session1' });
  t.true(driver.capabilities.push);
});

test('state changes and events call back, temperatures and what else comes do not', async t => {
  const { printer, watch, changes } = await setUp(t);
  watch();
  await loggedIn(printer);
  printer.push({ history: { state: { text: 'Operational' } } });
  await until('the first state', () => changes() === 1);
  printer.push({ current: { state: { text: 'Operational' }, temps: [{ tool0: { actual: 20 } }] } });
  printer.push({ timelapse: null });
  printer.push({ event: 'no event' });
  printer.push({ current: { state: { text: 'Printing' } } });
  await until('another state', () => changes() === 2);
  printer.pushEvent('PrintPaused', { path: 'a.gcode' });
  await until('an event', () => changes() === 3);
  await sleep(50);
  t.is(changes(), 3);
});

test('a socket that is lost, silent or logged out is opened again, with a new session', async t => {
  const { printer, watch } = await setUp(t, { silence: 400 });
  watch();
  await loggedIn(printer);
  printer.sockets[0]?.destroy();
  await loggedIn(printer, 2);
  printer.push({ reauthRequired: { reason: 'stale' } });
  await loggedIn(printer, 3);
  t.is(printer.sockets[2]?.received.at(-1), '{"auth":"mes:session3"}');
  await loggedIn(printer, 4);
  t.false(printer.sockets[2]?.open, 'the silent one is closed');
});

test('without a socket the tries get rarer, and reading goes on', async t => {
  const { printer, watch, driver, changes } = await setUp(t, { longest: 10_000 });
  printer.refuseSockets();
  watch();
  const logIns = () => printer.requests.filter(line => line.startsWith('POST /api/login')).length;
  await until('several tries', () => logIns() >= 3);
  const tried = logIns();
  await sleep(100);
  t.true(logIns() <= tried + 2, `${logIns()} tries`);
  t.is(changes(), 0);
  t.is((await driver.read(never)).state, 'idle');
});

test('nothing is opened or called back once the driver is closed', async t => {
  const { printer, watch, driver, changes } = await setUp(t);
  watch();
  await loggedIn(printer);
  await driver.close();
  await until('the socket to be closed', () => printer.sockets[0]?.open === false);
  const before = changes();
  printer.pushEvent('PrintDone', { path: 'a.gcode' });
  await sleep(100);
  t.is(changes(), before);
  t.is(printer.sockets.length, 1);
});

const attempt = {
  file: 'mes-1-1.gcode',
  native: { path: 'mes-1-1.gcode' },
  intentTime: '2026-01-05T08:00:00.000Z',
  unique: true,
};

test('why a print ended is told by its own event, and by none of another file or an earlier print', async t => {
  const { printer, watch, driver, changes } = await setUp(t);
  watch();
  await loggedIn(printer);
  printer.startForeign('mes-1-1.gcode');
  printer.cancelAtPrinter();
  await until('the end', () => changes() === 3);
  t.is((await driver.outcomeOf(attempt, never)).kind, 'cancelled');
  printer.startForeign('other.gcode');
  printer.fail('Thermal runaway');
  await until('the fault', () => changes() === 5);
  t.is((await driver.outcomeOf(attempt, never)).kind, 'cancelled', 'the record alone says failed by now');
  t.not((await driver.outcomeOf({ ...attempt, unique: false }, never)).kind, 'cancelled');
  printer.startForeign('mes-1-1.gcode');
  printer.restart();
  await until('the new start', () => changes() === 6);
  t.not((await driver.outcomeOf(attempt, never)).kind, 'cancelled', 'it was started again since');
});

test('a failed print that OctoPrint keeps selected is no cancelled one', async t => {
  const { printer, watch, driver, changes } = await setUp(t);
  printer.startForeign('mes-1-1.gcode');
  watch();
  await loggedIn(printer);
  printer.pushEvent('PrintFailed', { path: 'mes-1-1.gcode', reason: 'error', error: 'MINTEMP' });
  await until('the end', () => changes() === 1);
  printer.cancelAtPrinter();
  printer.pushEvent('PrintFailed', { path: 'mes-1-1.gcode', reason: 'error', error: 'MINTEMP' });
  await until('all events', () => changes() === 4);
  const outcome = await driver.outcomeOf(attempt, never);
  t.deepEqual(outcome, { kind: 'failed', reason: 'The printer failed: MINTEMP' });
});

test('a recorded success counts more than what was heard', async t => {
  const { printer, watch, driver, changes } = await setUp(t);
  watch();
  await loggedIn(printer);
  printer.startForeign('mes-1-1.gcode');
  printer.finish();
  printer.pushEvent('PrintFailed', { path: 'mes-1-1.gcode', reason: 'cancelled' });
  await until('all events', () => changes() === 3);
  t.is((await driver.outcomeOf(attempt, never)).kind, 'finished');
});
