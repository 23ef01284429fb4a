/** A job over a real PrusaLink, through driver, worker and store: started once whatever ends in between. */
import test from 'ava';
import type { PrinterDriver } from '../../src/app/ports.ts';
import { systemClock as clock } from '../../src/compose/clock.ts';
import type { JobStatus } from '../../src/domain/job-status.ts';
import { createPrusaLinkDriver } from '../../src/printers/drivers/prusalink/prusalink.ts';
import { createOnePrinter, never, type OnePrinter } from '../support/one-printer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { gcodeOf } from './support/gcode.ts';
import { waitForState } from './support/poll-driver.ts';
import { type PrusaLink, startPrusaLink } from './support/prusalink.ts';

let folder: string;
let printer: PrusaLink;
test.before(async () => {
  folder = temporaryFolder();
  printer = await startPrusaLink(folder);
});
test.after.always(async () => {
  await printer?.stop();
});

const newDriver = (): PrinterDriver =>
  createPrusaLinkDriver({ url: printer.url, apiKey: printer.apiKey }, { clock });

let labs = 0;
/** A store of its own, with one file; `marker` is what the printer hears when that begins. */
const newLab = async (seconds: number) => {
  labs += 1;
  const marker = `part-${labs}`;
  await waitForState(newDriver(), 'idle');
  const lab = await createOnePrinter({ clock, content: `M117 ${marker}\n${gcodeOf(seconds)}` });
  return { lab, marker };
};

/** Looks, as the worker's loop does, until the job has that status; one that came back is scheduled again. */
const lookUntil = async (
  lab: OnePrinter,
  worker: ReturnType<OnePrinter['worker']>,
  wanted: JobStatus,
  id = 1,
): Promise<void> => {
  const ask = async () => {
    await worker.look(never);
    const { status } = await lab.job(id);
    if (status === 'approved') await lab.schedule(id);
    return status === wanted;
  };
  await until(`job ${id} to be ${wanted}`, ask, { timeout: 45_000 });
};

/** A driver under which the process ends before or after that call. */
const dyingAt = (driver: PrinterDriver, call: 'start' | 'cancel', after: boolean): PrinterDriver => {
  const original = driver[call];
  const killed: PrinterDriver['start'] = async (file, signal) => {
    if (after) await original(file, signal);
    throw new Error('killed');
  };
  return { ...driver, [call]: killed };
};

test.serial('killed after the start, then before it: each job is started once and printed', async t => {
  const { lab, marker } = await newLab(3);
  await lab.schedule();
  const first = lab.worker(dyingAt(newDriver(), 'start', true));
  await t.throwsAsync(first.look(never), { message: 'killed' });
  await lookUntil(lab, lab.worker(newDriver()), 'printed');
  t.is(await printer.startsOf(marker), 1);
  await lab.clearBed();
  await waitForState(newDriver(), 'idle');

  await lab.schedule(2);
  const second = lab.worker(dyingAt(newDriver(), 'start', false));
  await t.throwsAsync(second.look(never), { message: 'killed' });
  t.is((await lab.job(2)).status, 'starting');
  await lookUntil(lab, lab.worker(newDriver()), 'printed', 2);
  t.is((await lab.job(2)).attempt, 2, 'proven as never started, and tried again');
  t.is(await printer.startsOf(marker), 2, 'one for each job');
});

test.serial(
  'paused, resumed and cancelled through the job; killed after the cancel it is cancelled',
  async t => {
    const { lab, marker } = await newLab(60);
    await lab.schedule();
    const worker = lab.worker(newDriver());
    await lookUntil(lab, worker, 'printing');
    await lab.request('pause');
    await lookUntil(lab, worker, 'paused');
    await lab.request('resume');
    await lookUntil(lab, worker, 'printing');
    await lab.cancel();
    await t.throwsAsync(lab.worker(dyingAt(newDriver(), 'cancel', true)).look(never), { message: 'killed' });
    await lookUntil(lab, lab.worker(newDriver()), 'cancelled');
    t.is(await printer.startsOf(marker), 1);
    t.is((await lab.bed()).content, 'scrap');
  },
);

test.serial('PrusaLink killed in the print and restarted: unknown, nothing restarted', async t => {
  const { lab, marker } = await newLab(60);
  await lab.schedule();
  const worker = lab.worker(newDriver());
  await lookUntil(lab, worker, 'printing');
  await until('the print to begin', async () => (await printer.startsOf(marker)) === 1);
  await printer.kill();
  await worker.look(never);
  t.is((await lab.job()).status, 'printing', 'unreachable is no outcome');
  await printer.start();
  await lookUntil(lab, worker, 'unknown');
  t.is((await lab.bed()).content, 'unknown');
  t.is(await printer.startsOf(marker), 1);
});
