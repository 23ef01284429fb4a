import test from 'ava';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { createPrusaLinkDriver } from '../../src/printers/drivers/prusalink/prusalink.ts';
import { mockPrinter } from '../support/mock-printer.ts';
import { createOnePrinter, never, steppingClock } from '../support/one-printer.ts';
import { startBuddyPrinter } from '../support/prusalink/buddy/buddy-printer.ts';

/** A print takes a minute. */
const setUp = async () => {
  const clock = steppingClock();
  const machine = mockPrinter({ clock });
  const lab = await createOnePrinter({ clock });
  const driver = createMockDriver({ physics: machine, clock });
  const worker = lab.worker(driver);
  return {
    clock,
    machine,
    lab,
    driver,
    worker,
    async printUnseen(file: string): Promise<void> {
      await machine.startForeign(file);
      clock.advance(120_000);
    },
  };
};

test('a print that began and ended while nobody looked lies on the bed: nothing starts before a person has looked', async t => {
  const { lab, worker, printUnseen } = await setUp();
  await printUnseen('benchy.gcode');
  await lab.schedule();
  await worker.look(never);
  t.like(await lab.job(1), { status: 'approved', printer: '' });
  t.like(await lab.job(2), { status: 'printed', fromServer: false, fileName: 'benchy.gcode' });
  t.regex((await lab.job(2)).history.at(-1)?.reason ?? '', /nobody looked/);
  t.like(await lab.bed(), { state: 'occupied', content: 'unknown', jobId: 2, needsPerson: true });
});

test('once the bed is confirmed, the end that the printer still shows is no new print, for the next process neither', async t => {
  const { lab, driver, worker, printUnseen } = await setUp();
  await printUnseen('benchy.gcode');
  await worker.look(never);
  await lab.clearBed();
  await lab.worker(driver).look(never);
  t.is((await lab.bed()).state, 'clear');
  t.is((await lab.jobs()).length, 1);
  await lab.schedule(2);
  await worker.look(never);
  t.is((await lab.job(2)).status, 'printing');
});

test('the same file printed once more is another print, as far as the printer tells them apart', async t => {
  const { lab, worker, printUnseen } = await setUp();
  for (const id of [1, 2]) {
    await printUnseen('benchy.gcode');
    await worker.look(never);
    t.like(await lab.bed(), { state: 'occupied', jobId: id });
    await lab.clearBed();
  }
});

test('a file of ours that somebody printed again is another print too', async t => {
  const { lab, clock, worker, printUnseen } = await setUp();
  await lab.schedule();
  await worker.look(never);
  clock.advance(120_000);
  await worker.look(never);
  t.is((await lab.job(1)).status, 'printed');
  await lab.clearBed();
  await printUnseen('mes-1-1.gcode');
  await worker.look(never);
  t.like(await lab.job(2), { status: 'printed', fromServer: false, fileName: 'mes-1-1.gcode' });
  t.like(await lab.bed(), { state: 'occupied', jobId: 2, needsPerson: true });
});

test('a print of ours that was followed, and a foreign one, are no new ones at their end', async t => {
  const { lab, machine, clock, worker, driver } = await setUp();
  await machine.startForeign('benchy.gcode');
  await worker.look(never);
  clock.advance(120_000);
  await worker.look(never);
  await lab.clearBed();
  await lab.worker(driver).look(never);
  await lab.schedule(2);
  await worker.look(never);
  clock.advance(120_000);
  await worker.look(never);
  await lab.clearBed();
  await lab.worker(driver).look(never);
  t.is((await lab.jobs()).length, 2);
  t.is((await lab.bed()).state, 'clear');
});

test('a bed that already waits for somebody keeps what is known of it', async t => {
  const { lab, machine, clock, worker } = await setUp();
  const bed = { ...(await lab.bed()), state: 'occupied', content: 'unknown', needsPerson: true } as const;
  await lab.commit({ actor: 'tester' }, async tx => tx.put('beds', bed));
  await machine.startForeign('benchy.gcode');
  await machine.cancel();
  clock.advance(5_000);
  await worker.look(never);
  t.deepEqual(await lab.bed(), bed);
  t.like(await lab.job(1), { status: 'cancelled', fromServer: false });
});

test('a print that fails unseen is recorded too, while the printer still says so', async t => {
  const { lab, machine, worker } = await setUp();
  await machine.startForeign('benchy.gcode');
  await machine.fail('Thermal runaway');
  await worker.look(never);
  t.like(await lab.job(1), { status: 'failed', fromServer: false });
  t.like(await lab.bed(), { state: 'occupied', needsPerson: true });
});

test('a print that begins and ends while the file goes up keeps the job from being started', async t => {
  const { lab, driver, machine, printUnseen } = await setUp();
  const worker = lab.worker({
    ...driver,
    async upload(...given) {
      const path = await driver.upload(...given);
      await printUnseen('benchy.gcode');
      return path;
    },
  });
  await lab.schedule();
  await worker.look(never);
  t.like(await lab.job(1), { status: 'approved' });
  t.regex((await lab.job(1)).history.at(-1)?.reason ?? '', /Another print has ended/);
  await worker.look(never);
  t.like(await lab.bed(), { state: 'occupied', jobId: 2 });
  t.is(await machine.lastPrintOf('mes-1-1.gcode'), undefined);
});

test('a printer that shows no end, but counts its prints, is asked for them before a start', async t => {
  const clock = steppingClock();
  const printer = await startBuddyPrinter({ now: clock.now, printTime: 60 });
  t.teardown(() => printer.stop());
  const lab = await createOnePrinter({ clock });
  const newWorker = () =>
    lab.worker(createPrusaLinkDriver({ url: printer.url, apiKey: printer.apiKey }, { clock }));
  let worker = newWorker();
  await lab.schedule(1);
  await worker.look(never);
  printer.finish();
  await worker.look(never);
  t.is((await lab.job(1)).status, 'printed');
  await lab.clearBed();

  printer.screen.print('usb.gcode');
  printer.finish();
  printer.screen.dismiss();
  worker = newWorker();
  await lab.schedule(2);
  await worker.look(never);
  t.like(await lab.job(2), { status: 'approved', printer: '' });
  t.regex((await lab.job(2)).history.at(-1)?.reason ?? '', /has printed since its last known print/);
  t.like(await lab.bed(), { state: 'occupied', content: 'unknown', needsPerson: true });

  await lab.clearBed();
  worker = newWorker();
  await lab.schedule(2);
  await worker.look(never);
  t.is((await lab.job(2)).status, 'printing', 'it is asked about once');
  t.is(printer.starts('mes-2-2.gcode'), 1);
});
