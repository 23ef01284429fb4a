import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { createOctoPrintDriver } from '../../../../src/printers/drivers/octoprint/octoprint.ts';
import { API_KEY, startFakeOctoPrint } from '../../../support/fake-octoprint.ts';
import { steppingClock } from '../../../support/one-printer.ts';
import { until } from '../../../support/until.ts';

const timeouts = { status: 1500, command: 1500, uploadIdle: 1500 };
const never = new AbortController().signal;

interface SetUp {
  readonly ping?: number;
  readonly longest?: number;
  readonly rest?: number;
}

const setUp = async (
  t: { teardown(fn: () => Promise<void>): void },
  { ping = 60_000, longest = 20, rest = 0 }: SetUp = {},
) => {
  const printer = await startFakeOctoPrint();
  const pushTimes = { first: 10, longest, ping, bunch: 0, rest };
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
    /** Acts and waits until it was told; what comes in a bunch is told once. */
    told: async (what: string, act: () => void) => {
      const before = changes;
      act();
      await until(what, () => changes > before);
      await sleep(50);
    },
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

test('a storm of events is told at once, and then once a rest', async t => {
  const { printer, watch, changes } = await setUp(t, { rest: 300 });
  watch();
  await loggedIn(printer);
  const begin = performance.now();
  for (let round = 0; round < 40; round++) {
    for (let event = 0; event < 20; event++) printer.pushEvent('PrintPaused', { path: `${event}.gcode` });
    await sleep(20);
  }
  const most = Math.ceil((performance.now() - begin) / 300) + 1;
  t.true(changes() >= 1 && changes() <= most, `${changes()} of at most ${most}`);
  const before = changes();
  printer.pushEvent('PrintPaused', { path: 'last.gcode' });
  await until('the last one', () => changes() > before);
});

test('a socket that is lost, silent or logged out is opened again, with a new session', async t => {
  const { printer, watch } = await setUp(t, { ping: 200 });
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
  const { printer, watch, driver, told } = await setUp(t);
  watch();
  await loggedIn(printer);
  await told('the end', () => {
    printer.startForeign('mes-1-1.gcode');
    printer.cancelAtPrinter();
  });
  t.is((await driver.outcomeOf(attempt, never)).kind, 'cancelled');
  await told('the fault', () => {
    printer.startForeign('other.gcode');
    printer.fail('Thermal runaway');
  });
  t.is((await driver.outcomeOf(attempt, never)).kind, 'cancelled', 'the record alone says failed by now');
  t.not((await driver.outcomeOf({ ...attempt, unique: false }, never)).kind, 'cancelled');
  await told('the new start', () => {
    printer.startForeign('mes-1-1.gcode');
    printer.restart();
  });
  t.not((await driver.outcomeOf(attempt, never)).kind, 'cancelled', 'it was started again since');
});

test('a failed print that OctoPrint keeps selected is no cancelled one', async t => {
  const { printer, watch, driver, told } = await setUp(t);
  const fail = () =>
    printer.pushEvent('PrintFailed', { path: 'mes-1-1.gcode', reason: 'error', error: 'MINTEMP' });
  printer.startForeign('mes-1-1.gcode');
  watch();
  await loggedIn(printer);
  await told('the end', fail);
  await told('all events', () => {
    printer.cancelAtPrinter();
    fail();
  });
  const outcome = await driver.outcomeOf(attempt, never);
  t.deepEqual(outcome, { kind: 'failed', reason: 'The printer failed: MINTEMP' });
});

test('a recorded success counts more than what was heard', async t => {
  const { printer, watch, driver, told } = await setUp(t);
  watch();
  await loggedIn(printer);
  await told('all events', () => {
    printer.startForeign('mes-1-1.gcode');
    printer.finish();
    printer.pushEvent('PrintFailed', { path: 'mes-1-1.gcode', reason: 'cancelled' });
  });
  t.is((await driver.outcomeOf(attempt, never)).kind, 'finished');
});
