import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import test from 'ava';
import { createOctoPrintDriver } from '../../src/printers/drivers/octoprint/octoprint.ts';
import { createPrinterProbe } from '../../src/printers/probe.ts';
import { driversFor } from '../support/drivers.ts';
import { API_KEY, startFakeOctoPrint } from '../support/fake-octoprint.ts';
import { fakeClock } from '../support/fakes.ts';
import { steppingClock } from '../support/one-printer.ts';
import { refused } from '../support/refused.ts';

const clock = steppingClock();
const timeouts = { status: 1500, command: 1500, uploadIdle: 1500 };
const drivers = driversFor({
  OctoPrint: printer => createOctoPrintDriver(printer, { clock, timeouts }),
});

const target = (url: string, apiKey = API_KEY) =>
  ({ name: 'P', nameKey: 'p', api: 'OctoPrint', url, apiKey }) as const;

const setUp = async (t: { teardown(fn: () => Promise<void>): void }) => {
  const printer = await startFakeOctoPrint();
  t.teardown(() => printer.stop());
  return { printer, probe: createPrinterProbe({ drivers, clock }) };
};

test('it says what it found, and connects nothing that stays', async t => {
  const { printer, probe } = await setUp(t);
  printer.present({ profile: { model: 'MK3S', extruder: { nozzleDiameter: 0.6 } } });
  const { reading, ...report } = await probe.probe(target(printer.url));
  t.like(reading, { state: 'idle', message: '', job: null });
  t.deepEqual(report, {
    reached: true,
    problem: null,
    software: 'OctoPrint 1.11.8',
    model: 'MK3S',
    nozzleDiameter: 0.6,
    bedSize: null,
    material: '',
    takesBgcode: false,
    state: 'idle',
    message: '',
    camera: null,
    capabilities: { pause: true, resume: true, camera: true, filament: false, push: true },
  });
  t.is(printer.sockets.length, 0);
});

test('the step that does not go through is named, with what to do', async t => {
  const { printer, probe } = await setUp(t);
  const closed = await probe.probe(target('http://127.0.0.1:9'));
  t.like(closed, { reached: false, problem: { step: 'reach', code: 'unreachable' }, software: '' });
  t.is(closed.capabilities, null);
  t.regex(closed.problem?.message ?? '', /Nothing answers at http:\/\/127.0.0.1:9: is the printer on/);
  const wrongKey = await probe.probe(target(printer.url, 'wrong'));
  t.like(wrongKey, { reached: true, problem: { step: 'key', code: 'unauthorized' } });
  t.notRegex(JSON.stringify(wrongKey), /wrong"/);
  printer.present({ software: 'PrusaLink 0.8.1' });
  const wrongKind = await probe.probe(target(printer.url));
  t.like(wrongKind, { reached: true, problem: { step: 'kind', code: 'wrongKind' } });
  t.regex(wrongKind.problem?.message ?? '', /is no OctoPrint.*choose the api PrusaLink/);
  printer.present({ software: 'OctoPrint 1.11.8' });
  printer.refuse(/GET \/api\/job/, 500);
  const unread = await probe.probe(target(printer.url));
  t.like(unread, { reached: true, software: 'OctoPrint 1.11.8', state: null, problem: { step: 'read' } });
  printer.refuse(/GET \/api\/version/, 500);
  const broken = await probe.probe(target(printer.url));
  t.is(
    broken.problem?.message,
    `What answers at ${printer.url} does not work. The server at this URL answered 500: is OctoPrint up?`,
  );
});

test('a printer that accepts and says nothing is given up in time', async t => {
  const hole = createServer(socket => socket.on('error', () => undefined));
  await new Promise<void>(resolve => hole.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void hole.close());
  const probe = createPrinterProbe({ drivers, clock, timeout: 200 });
  const report = await probe.probe(target(`http://127.0.0.1:${(hole.address() as AddressInfo).port}`));
  t.like(report, { reached: false, problem: { code: 'unreachable' } });
});

test('only so many are looked at at once, and each driver is closed', async t => {
  let open = 0;
  let most = 0;
  const wait = fakeClock();
  const slow = driversFor({
    OctoPrint: printer => {
      const driver = createOctoPrintDriver(printer, { clock, timeouts });
      open += 1;
      most = Math.max(most, open);
      return {
        ...driver,
        async identify() {
          await wait.sleep(1);
          throw new Error('a fault of our own');
        },
        async close() {
          open -= 1;
        },
      };
    },
  });
  const probe = createPrinterProbe({ drivers: slow, clock });
  const all = Array.from({ length: 64 }, () => t.throwsAsync(probe.probe(target('http://127.0.0.1:9'))));
  await refused(t, 'Busy', () => probe.probe(target('http://127.0.0.1:9')));
  for (let round = 0; round < 10; round++) {
    wait.advance(1);
    await new Promise(resolve => setImmediate(resolve));
  }
  await Promise.all(all);
  t.is(most, 32);
  t.is(open, 0);
});
