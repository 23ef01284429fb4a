import test from 'ava';
import type { PrinterDriver } from '../../src/app/ports.ts';
import { DriverError } from '../../src/app/ports.ts';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { mockPrinter } from '../support/mock-printer.ts';
import { createOnePrinter, never, steppingClock } from '../support/one-printer.ts';

const DAY = 86_400_000;

/** A server whose clock is set, by NTP or by whoever restored the machine, while it works. */
const setUp = async () => {
  const clock = steppingClock();
  // The printer has a time of its own.
  const printersClock = { ...clock, now: () => new Date(clock.elapsed()) };
  const machine = mockPrinter({ clock: printersClock, jobTime: 18_000 });
  const lab = await createOnePrinter({ clock, printerLostAfter: 900 });
  const mock = createMockDriver({ physics: machine, clock: printersClock });
  const faults = new Map<'start' | 'read' | 'cancel', DriverError | 'ignored'>();
  let cancels = 0;
  const meet = (call: 'start' | 'read' | 'cancel'): boolean => {
    const fault = faults.get(call);
    if (fault instanceof DriverError) throw fault;
    return fault === 'ignored';
  };
  const driver: PrinterDriver = {
    ...mock,
    async read(signal) {
      meet('read');
      return mock.read(signal);
    },
    async start(file, signal) {
      if (!meet('start')) await mock.start(file, signal);
    },
    async cancel(file, signal) {
      cancels += 1;
      if (!meet('cancel')) await mock.cancel(file, signal);
    },
    outcomeOf: async () => ({ kind: 'unknown', reason: 'It does not tell.' }),
  };
  const worker = lab.worker(driver);
  return {
    clock,
    lab,
    faults,
    cancels: () => cancels,
    async pass(seconds: number) {
      for (let passed = 0; passed < seconds; passed += 5) {
        clock.advance(5_000);
        await worker.look(never);
      }
    },
  };
};

for (const [way, by] of [
  ['back', -DAY],
  ['on', DAY],
] as const) {
  test(`a start that never shows is given up after its minute, the clock set ${way} or not`, async t => {
    const { lab, clock, faults, pass } = await setUp();
    faults.set('start', 'ignored');
    await lab.schedule();
    await pass(5);
    t.is((await lab.job()).status, 'starting');
    clock.set(by);
    await pass(20);
    t.is((await lab.job()).status, 'starting');
    await pass(60);
    t.is((await lab.job()).status, 'unknown');
  });

  test(`a printer that is away is lost after PRINTER_LOST_AFTER, the clock set ${way} or not`, async t => {
    const { lab, clock, faults, pass } = await setUp();
    await lab.schedule();
    await pass(10);
    t.is((await lab.job()).status, 'printing');
    faults.set('read', new DriverError('unreachable', 'It is away.'));
    await pass(20);
    clock.set(by);
    await pass(800);
    t.is((await lab.job()).status, 'printing');
    await pass(100);
    t.is((await lab.job()).status, 'unknown');
  });

  test(`a printer that took no job is tried again after a minute, the clock set ${way} or not`, async t => {
    const { lab, clock, faults, pass } = await setUp();
    faults.set('start', new DriverError('outOfOrder', 'Its drive is full.'));
    await lab.schedule();
    await pass(5);
    clock.set(by);
    await pass(5);
    t.is(lab.live.read('Printer1')?.state, 'attention');
    await pass(70);
    t.is(lab.live.read('Printer1')?.state, 'idle');
  });

  test(`a cancel that does not show is sent again, the clock set ${way} or not`, async t => {
    const { lab, clock, faults, pass, cancels } = await setUp();
    await lab.schedule();
    await pass(10);
    faults.set('cancel', 'ignored');
    await lab.cancel();
    await pass(5);
    clock.set(by);
    await pass(5);
    t.is(cancels(), 1);
    await pass(40);
    t.is(cancels(), 2);
  });
}
