/** The driver and its worker against a real Moonraker over a real Klipper host, with a simulated micro-controller. */
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { PrinterDriver } from '../../src/app/ports.ts';
import { systemClock as clock } from '../../src/compose/clock.ts';
import type { Job } from '../../src/domain/job.ts';
import { isResting, type PrinterState } from '../../src/domain/printer.ts';
import { createMoonrakerDriver } from '../../src/printers/drivers/moonraker/moonraker.ts';
import { createOnePrinter, type OnePrinter } from '../support/one-printer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { gcodeOf } from './support/gcode.ts';
import { type Moonraker, startMoonraker } from './support/moonraker.ts';

const never = new AbortController().signal;

let folder: string;
let printer: Moonraker;
const drivers: PrinterDriver[] = [];

const newDriver = (apiKey = printer.apiKey): PrinterDriver => {
  const driver = createMoonrakerDriver({ url: printer.url, apiKey }, { clock });
  drivers.push(driver);
  return driver;
};

test.before(async () => {
  folder = temporaryFolder();
  printer = await startMoonraker(folder);
});
test.after.always(async () => {
  await Promise.all(drivers.map(driver => driver.close()));
  await printer?.stop();
});

interface Print {
  readonly id: number;
  readonly mark: string;
  readonly lab: OnePrinter;
  readonly driver: PrinterDriver;
  look(): Promise<unknown>;
  /** Looks until the job has that status. */
  until(...status: Job['status'][]): Promise<Job>;
  starts(): Promise<number>;
}

const waitForState = (driver: PrinterDriver, state: PrinterState): Promise<boolean> =>
  until(`the printer to be ${state}`, async () => (await driver.read(never)).state === state);

/** As dispatch does: nothing is scheduled on a printer that is not at rest. */
const waitForRest = (driver: PrinterDriver): Promise<boolean> =>
  until('the printer to be at rest', async () => isResting((await driver.read(never)).state));

/** A new store knows of no earlier print: the end of one would be another's to it. */
const forgetPrints = async (driver: PrinterDriver): Promise<void> => {
  await waitForRest(driver);
  await printer.request('POST', '/printer/gcode/script', { script: 'SDCARD_RESET_FILE' });
};

let jobs = 0;
/** A job that is scheduled on the printer, with a worker of its own, on a store of its own. */
const schedule = async (seconds: number, driver = newDriver()): Promise<Print> => {
  await forgetPrints(driver);
  jobs += 1;
  const id = jobs;
  const mark = `m${id}`;
  const lab = await createOnePrinter({ clock, content: `MARK NAME=${mark}\n${gcodeOf(seconds)}` });
  await lab.schedule(id);
  const worker = lab.worker(driver);
  return {
    id,
    mark,
    lab,
    driver,
    look: () => worker.look(never),
    until: (...status) =>
      until(
        `job ${id} to be ${status}`,
        async () => {
          await worker.look(never);
          const job = await lab.job(id);
          return status.includes(job.status) && job;
        },
        { timeout: 40_000 },
      ).catch(async error => {
        throw new Error(JSON.stringify([(await lab.job(id)).history, lab.log]), { cause: error });
      }),
    starts: () => printer.startsOf(mark),
  };
};

const atPrinter = async (path: string): Promise<number> => (await printer.request('POST', path, {})).status;

const fileIsThere = async (id: number): Promise<boolean> => {
  const { result } = await printer.request('GET', '/server/files/list?root=gcodes');
  return (result as readonly { path: string }[]).some(({ path }) => path.startsWith(`mes-${id}-`));
};

test.serial('it is identified with software, nozzle and camera; a wrong key is said to be so', async t => {
  const identity = await newDriver().identify(never);
  t.regex(identity.software, /^Moonraker 0\.\d+\.\d+, Kalico/);
  t.like(identity, { model: '', nozzleDiameter: 0.6, material: '', takesBgcode: false });
  t.deepEqual(identity.camera, {
    stream: `${printer.url}/webcam/?action=stream`,
    snapshot: 'http://127.0.0.1/webcam/?action=snapshot',
  });
  t.like(await t.throwsAsync(newDriver('wrong').identify(never)), { kind: 'unauthorized' });
});

test.serial('a job is printed to its end: pushed, followed, concluded, its file removed', async t => {
  const driver = newDriver();
  let changes = 0;
  driver.watch(() => {
    changes += 1;
  });
  await until('the subscription', () => changes > 0);
  const before = changes;
  const print = await schedule(3, driver);
  const running = await print.until('printing');
  t.is(running.native?.filename, `mes-${print.id}-1.gcode`);
  t.is(typeof running.native?.job_id, 'string');
  const snapshot = print.lab.live.read('Printer1');
  t.true((snapshot?.job?.timeLeftApprox ?? 0) > 0);
  t.is(typeof snapshot?.nozzle.actual, 'number');
  t.true(changes > before, 'the start was pushed');
  t.is((await print.until('printed')).progress, 100);
  await until('the file to be removed', async () => {
    await print.until('printed');
    return !(await fileIsThere(print.id));
  });
  t.is(await print.starts(), 1);
});

test.serial('paused and resumed by us and at the printer, cancelled by us', async t => {
  const print = await schedule(60);
  await print.until('printing');
  await print.lab.request('pause', print.id);
  await print.until('paused');
  await print.lab.request('resume', print.id);
  await print.until('printing');
  t.is(await atPrinter('/printer/print/pause'), 200);
  await print.until('paused');
  t.is(await atPrinter('/printer/print/resume'), 200);
  await print.until('printing');
  await print.lab.cancel(print.id);
  t.is((await print.until('cancelled')).status, 'cancelled');
  t.is(await print.starts(), 1);
});

test.serial('cancelled at the printer', async t => {
  const print = await schedule(60);
  await print.until('printing');
  await atPrinter('/printer/print/cancel');
  t.is((await print.until('cancelled', 'failed', 'unknown', 'printed')).status, 'cancelled');
});

test.serial('a foreign print is followed and never hit', async t => {
  const driver = newDriver();
  const print = await schedule(2, driver);
  await printer.printForeign('their.gcode', gcodeOf(4));
  await waitForState(driver, 'printing');
  t.like(await t.throwsAsync(driver.cancel('mes-1-1.gcode', never)), { kind: 'refused' });
  t.like(await t.throwsAsync(driver.start('mes-1-1.gcode', never)), { kind: 'refused' });
  t.like(await t.throwsAsync(driver.remove('their.gcode', never)), { kind: 'refused' });
  // Its own job goes back to the queue.
  t.is((await print.until('approved')).status, 'approved');
  t.is((await driver.read(never)).job?.file, 'their.gcode');
  await waitForState(driver, 'finished');
  t.is(await print.starts(), 0);
});

test.serial(
  'a start whose answer is lost is found; one that never came is proven, and is made once',
  async t => {
    const driver = newDriver();
    const lostAnswer: PrinterDriver = {
      ...driver,
      async start(file, signal) {
        await driver.start(file, signal);
        throw new Error('killed');
      },
    };
    const found = await schedule(4, lostAnswer);
    await t.throwsAsync(found.look(), { message: 'killed' });
    const again = found.lab.worker(newDriver());
    await until('the job to be printed', async () => {
      await again.look(never);
      return (await found.lab.job(found.id)).status === 'printed';
    });
    t.is(await found.starts(), 1);

    const lostRequest = {
      ...driver,
      start: async (): Promise<void> => {
        throw new Error('killed');
      },
    };
    const lost = await schedule(2, lostRequest);
    await t.throwsAsync(lost.look(), { message: 'killed' });
    const next = lost.lab.worker(newDriver());
    await until('the job to be given back', async () => {
      await next.look(never);
      return (await lost.lab.job(lost.id)).status === 'approved';
    });
    const late = await t.throwsAsync(driver.start(`mes-${lost.id}-1.gcode`, never));
    t.like(late, { kind: 'refused' });
    await lost.lab.schedule(lost.id);
    await until('the job to be printed', async () => {
      await next.look(never);
      return (await lost.lab.job(lost.id)).status === 'printed';
    });
    t.is(await lost.starts(), 1);
  },
);

test.serial('a start that waits behind a macro finds nothing once it was given up', async t => {
  const driver = createMoonrakerDriver(printer, {
    clock,
    timeouts: { status: 5_000, command: 1_000, uploadIdle: 10_000, cancel: 10_000 },
  });
  const print = await schedule(2, driver);
  const file = await driver.upload(await sourceOf(print), `mes-${print.id}-1.gcode`, never);
  const macro = printer.request('POST', '/printer/gcode/script', { script: 'G4 P8000' });
  await waitForState(driver, 'busy');
  t.like(await t.throwsAsync(driver.start(file, never)), { kind: 'unreachable' });
  const attempt = { file, native: null, intentTime: clock.now().toISOString(), unique: true };
  t.is((await driver.outcomeOf(attempt, never)).kind, 'neverStarted');
  t.is((await macro).status, 200);
  await waitForState(driver, 'idle');
  await sleep(1_000);
  t.is(await print.starts(), 0);
  await driver.remove(file, never);
  t.false(await fileIsThere(print.id));
});

const sourceOf = async ({ lab }: Print) => {
  const file = await lab.store.get('files', 'f-1');
  if (file === undefined) throw new Error('There is no file');
  return { path: lab.files.pathOf(file), size: file.size, sha256: file.sha256, kind: file.kind };
};

test.serial('a g-code error fails the job in its words, and the printer is usable again', async t => {
  const driver = newDriver();
  await forgetPrints(driver);
  jobs += 1;
  const lab = await createOnePrinter({ clock, content: `${gcodeOf(1)}\nG1 X1 F0\n` });
  await lab.schedule(jobs);
  const worker = lab.worker(driver);
  const job = await until('the job to fail', async () => {
    await worker.look(never);
    const row = await lab.job(jobs);
    return row.status === 'failed' && row;
  });
  t.regex(job.history.at(-1)?.reason ?? '', /Invalid speed/);
  await until('the printer to be idle', async () => {
    await worker.look(never);
    return (await driver.read(never)).state === 'idle';
  });
  t.pass();
});

test.serial(
  'Moonraker is killed in the middle of a print: interrupted in its history, followed to the end',
  async t => {
    const print = await schedule(10);
    const { native } = await print.until('printing');
    await printer.kill();
    await print.lab.worker(print.driver).look(never);
    t.is((await print.lab.job(print.id)).status, 'printing', 'unreachable is no outcome');
    await printer.start();
    t.is((await print.until('printed', 'unknown', 'failed', 'cancelled')).status, 'printed');
    const { result } = await printer.request('GET', `/server/history/job?uid=${native?.job_id}`);
    t.is((result as { job: { status: string } }).job.status, 'interrupted');
    t.is(await print.starts(), 1);
  },
);

test.serial('Moonraker is killed while the print ends: Klipper still tells how', async t => {
  const print = await schedule(3);
  await print.until('printing');
  await printer.kill();
  await sleep(4_000);
  await printer.start();
  t.is((await print.until('printed', 'unknown', 'failed', 'cancelled')).status, 'printed');
  t.is(await print.starts(), 1);
});

test.serial(
  'an emergency stop fails the job in the words of Klipper; after a restart it prints again',
  async t => {
    const print = await schedule(60);
    await print.until('printing');
    await atPrinter('/printer/emergency_stop');
    const job = await print.until('failed');
    t.regex(job.history.at(-1)?.reason ?? '', /Shutdown due to webhooks request/);
    t.like(await print.driver.read(never), { state: 'error', message: 'Shutdown due to webhooks request' });
    await printer.recover();
    const next = await schedule(2);
    // A print that is started this soon may be missing in the history.
    await next.until('printed');
    t.is(await next.starts(), 1);
  },
);

test.serial(
  'a print that is started as soon as Klipper is ready has an outcome, in the history or not',
  async t => {
    const driver = newDriver();
    const print = await schedule(3, driver);
    const file = await driver.upload(await sourceOf(print), `mes-${print.id}-1.gcode`, never);
    const intentTime = clock.now().toISOString();
    await printer.request('POST', '/printer/firmware_restart');
    const start = () =>
      driver.start(file, never).then(
        () => true,
        () => false,
      );
    await until('the start to be taken', start);
    const { job } = await driver.read(never);
    t.is(job?.file, file);
    t.log(`In the history: ${job?.native.job_id !== undefined}`);
    await waitForRest(driver);
    const attempt = { file, native: job?.native ?? null, intentTime, unique: true };
    t.is((await driver.outcomeOf(attempt, never)).kind, 'finished');
    t.is(await print.starts(), 1);
    await driver.remove(file, never);
  },
);

test.serial(
  'a halted micro-controller fails the job, also when Klipper was restarted before anybody looked',
  async t => {
    const print = await schedule(60);
    await print.until('printing');
    printer.haltController();
    await printer.waitForKlippy('shutdown');
    await printer.recover();
    const job = await print.until('failed', 'unknown', 'printed', 'cancelled');
    t.is(job.status, 'failed');
    t.is(await print.starts(), 1);
  },
);

test.serial('a micro-controller whose cable is pulled fails the job', async t => {
  const print = await schedule(60);
  await print.until('printing');
  await printer.pullCable();
  const job = await print.until('failed', 'unknown', 'printed', 'cancelled');
  t.is(job.status, 'failed');
  t.regex(job.history.at(-1)?.reason ?? '', /Lost communication with MCU/);
  printer.plugCable();
  await printer.recover();
  t.is((await newDriver().read(never)).state, 'idle');
});

test.serial('Klipper is killed in the middle of a print: offline first, failed once it is back', async t => {
  const print = await schedule(60);
  await print.until('printing');
  await printer.killKlipper();
  await waitForState(print.driver, 'offline');
  await print.lab.worker(print.driver).look(never);
  t.is((await print.lab.job(print.id)).status, 'printing');
  printer.startKlipper();
  const job = await print.until('failed', 'unknown', 'printed', 'cancelled');
  t.is(job.status, 'failed');
  t.is(await print.starts(), 1);
});
