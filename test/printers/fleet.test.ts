import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import type { PrinterDriver } from '../../src/app/ports.ts';
import { DriverError } from '../../src/app/ports.ts';
import { newBed } from '../../src/domain/bed.ts';
import type { Printer } from '../../src/domain/printer.ts';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { createFleet } from '../../src/printers/fleet.ts';
import { driversFor } from '../support/drivers.ts';
import { fakeClock } from '../support/fakes.ts';
import { mockPrinter } from '../support/mock-printer.ts';
import { createOnePrinter, PRINTER } from '../support/one-printer.ts';

/** Lets everything that is due run. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 60; turn++) await setImmediate();
};

const setUp = async () => {
  const clock = fakeClock();
  const lab = await createOnePrinter({ clock });
  const machine = mockPrinter({ clock });
  const made: Printer[] = [];
  const looks = new Map<string, number>();
  const closed: string[] = [];
  let overlapping = 0;
  let mostOverlapping = 0;
  const dead = new Set<string>();

  const Mock = (printer: Printer): PrinterDriver => {
    made.push(printer);
    const driver = createMockDriver({ physics: machine, clock });
    return {
      ...driver,
      async read(signal) {
        looks.set(printer.name, (looks.get(printer.name) ?? 0) + 1);
        overlapping += 1;
        mostOverlapping = Math.max(mostOverlapping, overlapping);
        try {
          if (dead.has(printer.name)) {
            await clock.sleep(5_000, signal);
            throw new DriverError('unreachable', 'nothing comes back');
          }
          return await driver.read(signal);
        } finally {
          overlapping -= 1;
        }
      },
      async close() {
        closed.push(printer.url);
      },
    };
  };
  const fleet = createFleet({
    ...lab,
    clock,
    drivers: driversFor({ Mock }),
    settings: { workerInterval: 5, printerLostAfter: 900, parallelUploads: 10 },
    random: () => 0.5,
  });
  return {
    clock,
    lab,
    machine,
    fleet,
    made,
    looks,
    closed,
    dead,
    mostOverlapping: () => mostOverlapping,
    async pass(seconds: number): Promise<void> {
      for (let second = 0; second < seconds; second++) {
        clock.advance(1_000);
        await settle();
      }
    },
  };
};

test('a printer is looked at every interval, one look at a time, until the fleet stops', async t => {
  const { fleet, looks, pass, closed, mostOverlapping } = await setUp();
  await fleet.start();
  await settle();
  t.is(looks.get('Printer1'), 1);
  await pass(50);
  t.is(looks.get('Printer1'), 11);
  t.is(mostOverlapping(), 1);
  await fleet.stop();
  await pass(20);
  t.is(looks.get('Printer1'), 11);
  t.deepEqual(closed, [PRINTER.url]);
});

test('a job that is scheduled is begun at once, and a cancel is sent at once', async t => {
  const { fleet, lab, pass } = await setUp();
  await fleet.start();
  await settle();
  await lab.schedule();
  await settle();
  t.is((await lab.job()).status, 'printing');
  await lab.cancel();
  await settle();
  t.is(lab.live.read('Printer1')?.state, 'printing');
  await pass(1);
  t.is((await lab.job()).status, 'cancelled');
  await fleet.stop();
});

test('a new address, key or user name makes a new driver; a changed group does not', async t => {
  const { fleet, lab, made, closed } = await setUp();
  await fleet.start();
  await lab.changePrinter({ group: 'other' });
  await settle();
  t.is(made.length, 1);
  await lab.changePrinter({ apiKey: 'new' });
  await settle();
  await lab.changePrinter({ url: 'http://127.0.0.1:2' });
  await settle();
  await lab.changePrinter({ username: 'maker' });
  await settle();
  t.deepEqual(
    made.map(printer => [printer.url, printer.apiKey, printer.username]),
    [
      ['http://127.0.0.1:1', 'secret', undefined],
      ['http://127.0.0.1:1', 'new', undefined],
      ['http://127.0.0.1:2', 'new', undefined],
      ['http://127.0.0.1:2', 'new', 'maker'],
    ],
  );
  t.is(closed.length, 3);
  await fleet.stop();
});

test('a stopped worker follows nothing, gives back what is reserved and lets no waiting time pass', async t => {
  const { fleet, lab, looks, pass, dead } = await setUp();
  await fleet.start();
  await lab.schedule();
  await settle();
  dead.add('Printer1');
  await pass(60);
  t.truthy((await lab.job()).unreachableSince);
  t.like(fleet.capabilitiesOf(1), { pause: true, push: false });
  await lab.changePrinter({ worker: false });
  await settle();
  t.is(fleet.capabilitiesOf(1), undefined);
  const before = looks.get('Printer1');
  await pass(2000);
  t.is(looks.get('Printer1'), before);
  t.like(await lab.job(), { status: 'printing', unreachableSince: null });
  await lab.changePrinter({ worker: true });
  await pass(60);
  t.is((await lab.job()).status, 'printing', 'its time has begun anew');
  await fleet.stop();
});

test('a worker that stops keeps the progress that it has seen', async t => {
  const { fleet, lab, pass } = await setUp();
  await fleet.start();
  await lab.schedule();
  await settle();
  await pass(30);
  const seen = lab.live.read('Printer1')?.job?.progress ?? 0;
  t.true(seen > 30, String(seen));
  await lab.changePrinter({ worker: false });
  await settle();
  t.is(lab.live.read('Printer1')?.job, null);
  t.is((await lab.job()).progress, seen);
  await fleet.stop();
});

test('a scheduled job waits again when the worker or the printer goes', async t => {
  for (const change of [{ worker: false }, { removed: true }]) {
    const { fleet, lab } = await setUp();
    await lab.changePrinter(change);
    await lab.schedule();
    await fleet.start();
    await lab.changePrinter({ group: 'x' });
    await settle();
    t.is((await lab.job()).status, 'approved');
    await fleet.stop();
  }
});

test('a dead printer costs the others nothing, and a printer that is added is followed', async t => {
  const { fleet, lab, looks, pass, dead } = await setUp();
  dead.add('Printer1');
  await fleet.start();
  const second = { ...PRINTER, id: 2, name: 'Printer2', nameKey: 'printer2' };
  await lab.commit({ actor: 't' }, async tx => {
    tx.put('printers', second);
    tx.put('beds', newBed(second, '2026-01-05T08:00:00.000Z', true));
  });
  await settle();
  await pass(100);
  t.is(looks.get('Printer2'), 21);
  t.true((looks.get('Printer1') ?? 0) < 7);
  t.is(lab.live.read('Printer1')?.state, 'unreachable');
  t.is(lab.live.read('Printer2')?.state, 'idle');
  t.is(lab.log.lines.filter(line => line.level === 'warn').length, 1);
  await fleet.stop();
});

test('a printer that was away for long is looked at as soon as somebody asks for it', async t => {
  const { fleet, lab, looks, pass, dead } = await setUp();
  dead.add('Printer1');
  await fleet.start();
  await pass(200);
  const before = looks.get('Printer1') ?? 0;
  dead.delete('Printer1');
  await settle();
  t.is(looks.get('Printer1'), before);
  fleet.lookNow(1);
  fleet.lookNow(2);
  await settle();
  t.is(looks.get('Printer1'), before + 1);
  t.is(lab.live.read('Printer1')?.state, 'idle');
  await fleet.stop();
});

test('a full disk is logged once, and the job goes on when there is room again', async t => {
  const { fleet, lab, pass, machine } = await setUp();
  lab.failStoring('starting');
  await fleet.start();
  await lab.schedule();
  await pass(30);
  t.is((await lab.job()).status, 'scheduled');
  t.is((await machine.read()).state, 'idle');
  t.is(lab.log.lines.filter(line => line.message.includes('could not be stored')).length, 1);
  lab.failStoring(undefined);
  await pass(6);
  t.is((await lab.job()).status, 'printing');
  await fleet.stop();
});
