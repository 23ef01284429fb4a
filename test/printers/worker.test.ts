import test from 'ava';
import type { PrinterDriver } from '../../src/app/ports.ts';
import { DriverError } from '../../src/app/ports.ts';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { mockPrinter } from '../support/mock-printer.ts';
import { createOnePrinter, never, steppingClock } from '../support/one-printer.ts';

/** 30 steps of 2 s: a print takes a minute. */
const setUp = async (printerLostAfter = 900) => {
  const clock = steppingClock();
  const machine = mockPrinter({ clock });
  const lab = await createOnePrinter({ clock, printerLostAfter });
  let trouble: DriverError | undefined;
  const trying = <A extends unknown[], T>(act: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      if (trouble !== undefined) throw trouble;
      return act(...args);
    };
  };
  const mock = createMockDriver({ physics: machine, clock });
  const driver: PrinterDriver = { ...mock, read: trying(mock.read), cancel: trying(mock.cancel) };
  const worker = lab.worker(driver);
  const look = async (seconds = 5) => {
    clock.advance(seconds * 1000);
    return worker.look(never);
  };
  return {
    clock,
    machine,
    lab,
    driver,
    mock,
    worker,
    look,
    async print() {
      await lab.schedule();
      await look();
    },
    away(kind: 'unreachable' | 'unauthorized' = 'unreachable') {
      trouble = new DriverError(kind, `It is ${kind}.`);
    },
    back() {
      trouble = undefined;
    },
    reason: async (id = 1) => (await lab.job(id)).history.at(-1)?.reason ?? '',
  };
};

test('live values are written in full after each look', async t => {
  const { lab, look, print } = await setUp();
  await look();
  t.like(lab.live.read('Printer1'), { state: 'idle', job: null });
  await print();
  await look(30);
  const shown = lab.live.read('Printer1');
  t.is(shown?.state, 'printing');
  t.like(shown?.job, { file: 'mes-1-1.gcode', timeUsed: 30, timeLeft: 30 });
  t.deepEqual(shown?.nozzle, { actual: 120, target: 120 });
});

test('pause and resume are sent once, reached, and recorded with who asked', async t => {
  const { lab, look, print, mock, machine } = await setUp();
  await print();
  let sent = 0;
  const worker = lab.worker({
    ...mock,
    async pause() {
      sent += 1;
    },
  });
  await lab.request('pause');
  await worker.look(never);
  await worker.look(never);
  t.is(sent, 1, 'taken by the printer, not shown yet');
  await machine.pause();
  await look();
  t.like(await lab.job(), { status: 'paused', requested: null });
  t.is((await lab.job()).history.at(-1)?.actor, 'tester');
  await lab.request('resume');
  await look();
  await look();
  t.like(await lab.job(), { status: 'printing', requested: null });
});

test('a pause at the printer itself is followed', async t => {
  const { lab, look, print, machine } = await setUp();
  await print();
  await machine.pause();
  await look();
  t.is((await lab.job()).status, 'paused');
  t.like((await lab.job()).history.at(-1), {
    actor: 'printer',
    reason: 'Paused at the printer, not by this server.',
  });
  await machine.resume();
  await look();
  t.like((await lab.job()).history.at(-1), {
    status: 'printing',
    actor: 'printer',
    reason: 'Resumed at the printer, not by this server.',
  });
});

test('a refused pause is dropped and says so', async t => {
  const { lab, print, mock, reason } = await setUp();
  await print();
  const worker = lab.worker({
    ...mock,
    pause: () => Promise.reject(new DriverError('refused', 'not in this moment')),
  });
  await lab.request('pause');
  await worker.look(never);
  t.like(await lab.job(), { status: 'printing', requested: null });
  t.regex(await reason(), /^The pause came to nothing: .*not in this moment/);
});

test('a printer that ignores a pause is not waited for forever', async t => {
  const { lab, print, mock, clock, reason } = await setUp();
  await print();
  const worker = lab.worker({ ...mock, pause: async () => undefined });
  await lab.request('pause');
  clock.advance(30_000);
  await worker.look(never);
  t.truthy((await lab.job()).requested);
  clock.advance(95_000);
  const shown = { ...(await mock.read(never)), state: 'printing' } as const;
  await lab.worker({ ...mock, read: async () => shown }).look(never);
  t.is((await lab.job()).requested, null);
  t.regex(await reason(), /did not pause within 120 s/);
});

test('a cancel stops the print and leaves scrap on the bed', async t => {
  const { lab, look, print } = await setUp();
  await print();
  await lab.cancel();
  await look();
  await look();
  t.like(await lab.job(), { status: 'cancelled', requested: null });
  t.like(await lab.bed(), { state: 'occupied', content: 'scrap', jobId: 1 });
});

test('a cancel that comes too late leaves a printed job', async t => {
  const { lab, look, print } = await setUp();
  await print();
  await lab.cancel();
  await look(60);
  t.is((await lab.job()).status, 'printed');
  t.like(await lab.bed(), { state: 'occupied', content: 'good' });
});

test('a cancel that the printer refuses for good: the job prints on and says why', async t => {
  const { lab, print, mock, reason } = await setUp();
  await print();
  let asked = 0;
  const worker = lab.worker({
    ...mock,
    cancel() {
      asked += 1;
      return Promise.reject(new DriverError('refused', 'locked by its panel'));
    },
  });
  await lab.cancel();
  for (let round = 0; round < 3; round++) await worker.look(never);
  t.like(await lab.job(), { status: 'printing', cancelAccepted: false });
  t.regex(await reason(), /refused to cancel.*locked by its panel/);
  t.is(asked, 3);
});

test("a cancel that is refused counts for its own job, not for the next one's", async t => {
  const { lab, print, mock, machine } = await setUp();
  await print();
  const cancel = () => Promise.reject(new DriverError('refused', 'locked by its panel'));
  const worker = lab.worker({ ...mock, cancel });
  await lab.cancel();
  for (let round = 0; round < 2; round++) await worker.look(never);
  await machine.cancel();
  await worker.look(never);
  t.is((await lab.job()).status, 'cancelled');
  await lab.clearBed();
  await lab.schedule(2);
  await worker.look(never);
  await lab.cancel(2);
  await worker.look(never);
  t.is((await lab.job(2)).status, 'cancelIssued');
  await worker.look(never);
  await worker.look(never);
  t.is((await lab.job(2)).status, 'printing', 'refused for good');
});

test('a print that is cancelled or fails at the printer', async t => {
  const one = await setUp();
  await one.print();
  await one.machine.cancel();
  await one.look();
  t.is((await one.lab.job()).status, 'cancelled');
  t.is((await one.lab.bed()).content, 'scrap');

  const two = await setUp();
  await two.print();
  await two.look(30);
  await two.machine.fail('Thermal runaway');
  await two.look();
  t.is((await two.lab.job()).status, 'failed');
  t.regex(await two.reason(), /Thermal runaway \(at 5\d % after 3\d s\)/);
  t.is((await two.lab.bed()).content, 'scrap');
});

for (const [told, progress] of [
  ['another progress', 3.1],
  ['no progress', null],
] as const) {
  test(`a cancelled print has got as far as it was seen, though the printer tells of ${told} while it cancels`, async t => {
    const { lab, print, machine, mock, clock } = await setUp();
    const worker = lab.worker({
      ...mock,
      async read(signal) {
        const snapshot = await mock.read(signal);
        const isIssued = (await lab.jobs())[0]?.status === 'cancelIssued';
        return isIssued && snapshot.state === 'printing' && snapshot.job !== null
          ? { ...snapshot, state: 'cancelling', job: { ...snapshot.job, progress } }
          : snapshot;
      },
      cancel: async () => undefined,
    });
    await print();
    clock.advance(24_000);
    await worker.look(never);
    const seen = lab.live.read('Printer1')?.job?.progress ?? 0;
    t.true(seen > 35 && seen < 50, `${seen} %`);
    await lab.cancel();
    for (let times = 0; times < 3; times += 1) {
      await worker.look(never);
      t.is(lab.live.read('Printer1')?.job?.progress, seen);
    }
    await machine.cancel();
    await worker.look(never);
    t.like(await lab.job(), { status: 'cancelled', progress: seen });
    const told = (await lab.job()).history.at(-1)?.reason ?? '';
    t.regex(
      told,
      new RegExp(
        `^Cancelled by another account; the printer confirms \\(at ${Math.round(seen)} % after 2\\d s\\)$`,
      ),
    );
  });
}

test('a print started at the printer is recorded, followed and occupies the bed', async t => {
  const { lab, look, machine } = await setUp();
  await machine.startForeign('benchy.gcode');
  await look();
  t.like(await lab.job(), { status: 'printing', fromServer: false, owner: '', printer: 'Printer1' });
  t.like(await lab.bed(), { state: 'inUse', jobId: 1 });
  await machine.pause();
  await look();
  t.is((await lab.job()).status, 'paused');
  await machine.resume();
  await look(70);
  await look();
  t.is((await lab.job()).status, 'printed');
  t.like(await lab.bed(), { state: 'occupied', content: 'unknown', jobId: 1 });
  t.is((await lab.jobs()).length, 1);
});

test('a job that was scheduled where somebody starts a print waits again', async t => {
  const { lab, look, machine } = await setUp();
  await lab.schedule();
  await machine.startForeign('benchy.gcode');
  await look();
  t.like(await lab.job(), { status: 'approved', printer: '' });
  t.like(await lab.job(2), { status: 'printing', fromServer: false });
});

test("an ended job's own file that prints again is followed as foreign, and the displaced part is noted", async t => {
  const { lab, look, print, machine, reason } = await setUp();
  await print();
  await look(70);
  t.is((await lab.job()).status, 'printed');
  await machine.startForeign('mes-1-1.gcode');
  await look();
  t.is((await lab.job()).status, 'printed');
  t.regex(await reason(), /while the part still lay there/);
  t.like(await lab.job(2), { status: 'printing', fromServer: false, fileName: 'mes-1-1.gcode' });
  t.like(await lab.bed(), { state: 'inUse', jobId: 2 });
});

test('a short absence of the printer is no outcome: the job goes on', async t => {
  const { lab, look, print, away, back } = await setUp();
  await print();
  await look(30);
  const seen = lab.live.read('Printer1')?.job?.progress ?? 0;
  t.is(seen, 50);
  away();
  for (let round = 0; round < 3; round++) await look();
  const waiting = await lab.job();
  t.is(waiting.status, 'printing');
  t.truthy(waiting.unreachableSince);
  t.like(lab.live.read('Printer1'), {
    state: 'unreachable',
    message: 'since 2026-01-05T08:01:10Z, next try by 2026-01-05T08:01:26Z: It is unreachable.',
  });
  t.is(waiting.progress, seen, 'it does not go back to what was stored when the print began');
  await look(100);
  t.is((await lab.job()).unreachableSince, waiting.unreachableSince, 'stored once');
  back();
  await look();
  t.like(await lab.job(), { status: 'printed', unreachableSince: null });
});

test('after PRINTER_LOST_AFTER the job is unknown; certain evidence settles it later', async t => {
  const { lab, look, print, away, back } = await setUp();
  await print();
  away();
  for (let round = 0; round < 3; round++) await look();
  await look(900);
  t.is((await lab.job()).status, 'unknown');
  t.like(await lab.bed(), { state: 'occupied', content: 'unknown', jobId: 1 });
  back();
  await look();
  t.is((await lab.job()).status, 'printed');
  t.like(await lab.bed(), { state: 'occupied', content: 'good' });
});

test('an unknown job whose print is seen again goes on; with a cancel accepted it is cancelled', async t => {
  for (const cancelled of [false, true]) {
    const { lab, look, print, away, back, machine } = await setUp(60);
    await print();
    await machine.pause();
    await look();
    if (cancelled) await lab.cancel();
    away();
    for (let round = 0; round < 4; round++) await look(20);
    await look(60);
    t.is((await lab.job()).status, 'unknown');
    back();
    await look();
    t.is((await lab.job()).status, cancelled ? 'cancelIssued' : 'paused');
    t.like(await lab.bed(), { state: 'inUse', jobId: 1 });
    if (!cancelled) continue;
    await look();
    await look();
    t.is((await lab.job()).status, 'cancelled');
  }
});

test('settled evidence of a print whose plate is gone makes the job picked, with no place', async t => {
  const { lab, look, print, away, back } = await setUp(60);
  await print();
  away();
  for (let round = 0; round < 4; round++) await look(30);
  t.is((await lab.job()).status, 'unknown');
  await lab.clearBed();
  back();
  await look();
  t.like(await lab.job(), { status: 'picked', storageLocation: '' });
  t.is((await lab.bed()).state, 'clear');
});

test('a revoked key: the job keeps its status, the printer is tried rarely, and it is logged once', async t => {
  const { lab, look, print, away, back } = await setUp();
  await print();
  away('unauthorized');
  t.is(await look(), 60_000);
  t.is(await look(), 60_000);
  t.is((await lab.job()).status, 'printing');
  t.is(lab.live.read('Printer1')?.state, 'unauthorized');
  t.is(lab.log.lines.filter(line => line.level === 'warn').length, 1);
  back();
  t.is(await look(), 5_000);
  t.is(lab.log.lines.filter(line => line.message.includes('reached again')).length, 1);
});

test('an unreachable printer is tried less and less often', async t => {
  const { look, away } = await setUp();
  away();
  const waits: number[] = [];
  for (let round = 0; round < 8; round++) waits.push(await look());
  t.deepEqual(waits, [5_000, 5_000, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
});

test('a scheduled job goes back when the printer is lost, in error, in maintenance or the job is held', async t => {
  const lost = await setUp();
  await lost.lab.schedule();
  lost.away();
  for (let round = 0; round < 3; round++) await lost.look();
  t.is((await lost.lab.job()).status, 'approved');

  const broken = await setUp();
  await broken.machine.fail('No paper');
  await broken.lab.schedule();
  await broken.look();
  t.is((await broken.lab.job()).status, 'approved');
  t.regex(await broken.reason(), /has a fault: No paper/);

  const serviced = await setUp();
  await serviced.lab.schedule();
  await serviced.lab.changePrinter({ maintenance: { on: true, reason: '' } });
  await serviced.look();
  t.is((await serviced.lab.job()).status, 'approved');

  const held = await setUp();
  await held.lab.schedule();
  await held.lab.commit({ actor: 't' }, async tx =>
    tx.put('jobs', { ...(await held.lab.job()), held: true }),
  );
  await held.look();
  t.is((await held.lab.job()).status, 'approved');
});

test('the file on the printer is removed after the outcome is stored, also by the next process', async t => {
  const { lab, look, print, mock } = await setUp();
  const removed: string[] = [];
  await print();
  await look(70);
  const next = lab.worker({
    ...mock,
    async remove(file) {
      t.is((await lab.job()).status, 'printed');
      removed.push(file);
    },
  });
  await next.look(never);
  await next.look(never);
  t.deepEqual(removed, ['mes-1-1.gcode']);
});

test('a file that cannot be removed is given up after a few tries', async t => {
  const { lab, look, print, mock } = await setUp();
  let tries = 0;
  await print();
  await look(70);
  const next = lab.worker({
    ...mock,
    remove() {
      tries += 1;
      return Promise.reject(new DriverError('refused', 'busy'));
    },
  });
  for (let round = 0; round < 10; round++) await next.look(never);
  t.is(tries, 5);
  t.true(lab.log.lines.some(line => line.message.includes('stays on the printer')));
});

test('a command that the printer takes badly is tried again and does not stop the following', async t => {
  const { lab, look, print, mock, machine } = await setUp();
  await print();
  const worker = lab.worker({
    ...mock,
    cancel: () => Promise.reject(new DriverError('unreachable', 'gone')),
  });
  await lab.cancel();
  t.is(await worker.look(never), 5_000);
  t.is((await lab.job()).status, 'cancelIssued');
  await machine.cancel();
  await look();
  t.is((await lab.job()).status, 'cancelled');
});

test('a new process knows how far a print had got that ended while it was away', async t => {
  const { clock, machine, lab, driver } = await setUp();
  const slow = {
    ...driver,
    async read(signal: AbortSignal) {
      const snapshot = await driver.read(signal);
      const { job } = snapshot;
      const progress = (clock.now().getTime() - begun) / 36_000;
      return job === null ? snapshot : { ...snapshot, state: 'printing' as const, job: { ...job, progress } };
    },
  };
  const begun = clock.now().getTime();
  const worker = lab.worker(slow);
  await lab.schedule();
  for (let minute = 0; minute < 27; minute += 1) {
    await worker.look(never);
    clock.advance(60_000);
  }
  const stored = (await lab.job()).progress;
  t.true(stored >= 38 && stored <= 45, `${stored} %`);
  await machine.fail('Thermal runaway');
  const next = lab.worker({
    ...driver,
    outcomeOf: async () => ({ kind: 'failed', reason: 'The machine failed: Thermal runaway' }),
  });
  await next.look(never);
  t.regex(
    (await lab.job()).history.at(-1)?.reason ?? '',
    /Thermal runaway \(at least (?:38|39|4\d) % after at most 2\d min\)$/,
  );
});
