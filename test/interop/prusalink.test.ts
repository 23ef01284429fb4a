/** The driver against a real PrusaLink for the Raspberry Pi, over a simulated MK3S. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { PrintAttempt, PrinterDriver, UploadSource } from '../../src/app/ports.ts';
import { systemClock as clock } from '../../src/compose/clock.ts';
import { createPrusaLinkDriver } from '../../src/printers/drivers/prusalink/prusalink.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { gcodeOf } from './support/gcode.ts';
import { waitForState } from './support/poll-driver.ts';
import { type PrusaLink, startPrusaLink } from './support/prusalink.ts';

const never = new AbortController().signal;

let folder: string;
let printer: PrusaLink;
let driver: PrinterDriver;
test.before(async () => {
  folder = temporaryFolder();
  printer = await startPrusaLink(folder);
  driver = createPrusaLinkDriver(printer, { clock });
});
test.after.always(async () => {
  await printer?.stop();
});

let files = 0;
/** Uploads g-code that leaves its name at the printer when it begins. */
const upload = async (seconds: number, by = driver): Promise<string> => {
  files += 1;
  const name = `mes-${files}-1.gcode`;
  const gcode = `M117 ${name}\n${gcodeOf(seconds)}`;
  const path = join(folder, name);
  await writeFile(path, gcode);
  const sha256 = createHash('sha256').update(gcode).digest('hex');
  const source: UploadSource = { path, size: Buffer.byteLength(gcode), sha256, kind: 'gcode' };
  return by.upload(source, name, never);
};

/** @returns the attempt as it is known once the print was seen */
const print = async (seconds: number): Promise<PrintAttempt> => {
  await waitForState(driver, 'idle');
  const file = await upload(seconds);
  await driver.start(file, never);
  const { job } = await waitForState(driver, 'printing');
  if (job === null) throw new Error('It prints no job');
  return { file: job.file, native: job.native, intentTime: '', unique: true };
};

/** A person at the printer's own page. */
const atPrinter = async (method: string, id: unknown, command = ''): Promise<number> =>
  (await printer.request(method, `/api/v1/job/${id}${command}`)).status;

test.serial('identify by API key and by digest; a wrong one of either is said to be so', async t => {
  const found = {
    software: 'PrusaLink 0.8.1',
    model: 'MK3S',
    manufacturer: 'Prusa Research',
    nozzleDiameter: 0.4,
    bedSize: null,
    material: '',
    takesBgcode: false,
    camera: null,
  };
  // It asks the printer for its nozzle a moment after it is idle.
  await until('the nozzle', async () => (await driver.identify(never)).nozzleDiameter !== null);
  t.like(await driver.identify(never), found);
  const { url, login } = printer;
  const { username, password } = login;
  const named = createPrusaLinkDriver({ url, username, apiKey: password }, { clock });
  t.like(await named.identify(never), found);
  t.is((await named.read(never)).state, 'idle');
  await named.remove(await upload(1, named), never);
  const wrongKey = createPrusaLinkDriver({ url, apiKey: 'wrong' }, { clock });
  t.like(await t.throwsAsync(wrongKey.identify(never)), { kind: 'unauthorized' });
  const wrongPassword = createPrusaLinkDriver({ url, username, apiKey: 'wrong' }, { clock });
  t.like(await t.throwsAsync(wrongPassword.identify(never)), { kind: 'unauthorized' });
});

test.serial('a print from upload to end: seen, finished by its own id, its file removed', async t => {
  const attempt = await print(3);
  t.is(attempt.file, 'mes-2-1.gcode');
  t.is(typeof attempt.native?.id, 'number');
  const after = await waitForState(driver, 'busy');
  t.is(after.message, 'It shows its print as finished for a while.');
  t.is((await driver.outcomeOf(attempt, never)).kind, 'finished');
  const next = await upload(1);
  t.like(await t.throwsAsync(driver.start(next, never)), { kind: 'refused' }, 'not while it shows the end');
  await driver.remove(next, never);
  await driver.remove(attempt.file, never);
  await waitForState(driver, 'idle');
  t.is((await printer.request('GET', `/api/v1/files/local/${attempt.file}`)).status, 404);
  t.is((await driver.outcomeOf(attempt, never)).kind, 'finished', 'its end was seen');
  const fresh = createPrusaLinkDriver(printer, { clock });
  t.is((await fresh.outcomeOf(attempt, never)).kind, 'unknown', 'idle is no success');
  t.is(await printer.startsOf(attempt.file), 1);
  t.is(await printer.startsOf(next), 0);
});

test.serial('pause and resume from either side, then cancelled by us', async t => {
  const attempt = await print(60);
  const id = attempt.native?.id;
  await until('the print to begin', async () => (await printer.startsOf(attempt.file)) === 1);
  await driver.pause(never);
  await waitForState(driver, 'paused');
  await driver.resume(never);
  await waitForState(driver, 'printing');
  t.is(await atPrinter('PUT', id, '/pause'), 204);
  await waitForState(driver, 'paused');
  t.is(await atPrinter('PUT', id, '/resume'), 204);
  await waitForState(driver, 'printing');
  t.like(await t.throwsAsync(driver.cancel('another.gcode', never)), { kind: 'refused' });
  t.like(await t.throwsAsync(driver.remove(attempt.file, never)), { kind: 'refused' });
  await driver.cancel(attempt.file, never);
  await waitForState(driver, 'busy');
  t.is((await driver.outcomeOf(attempt, never)).kind, 'cancelled');
});

test.serial(
  'a print that was started at the printer has its name; stopped there it is cancelled',
  async t => {
    await waitForState(driver, 'idle');
    await printer.printForeign('their part.gcode', gcodeOf(60));
    const { job } = await waitForState(driver, 'printing');
    t.is(job?.file, 'their part.gcode');
    const attempt = { file: 'their part.gcode', native: job?.native ?? null, intentTime: '', unique: false };
    t.is(await atPrinter('DELETE', job?.native.id), 204);
    await waitForState(driver, 'busy');
    t.is((await driver.outcomeOf(attempt, never)).kind, 'cancelled');
  },
);

test.serial('never started is proven by the job id, and a start that comes late finds nothing', async t => {
  await waitForState(driver, 'idle');
  const file = await upload(2);
  // As after a restart of the server: the store alone knows an identity.
  const fresh = createPrusaLinkDriver(printer, { clock });
  t.is(await fresh.baseline?.(async () => null, never), null);
  const baseline = (await fresh.baseline?.(async () => ({ id: 1 }), never)) ?? null;
  t.is(typeof baseline?.id, 'number');
  const attempt = { file, native: null, baseline, intentTime: '', unique: true };
  t.is((await fresh.outcomeOf(attempt, never)).kind, 'neverStarted');
  t.like(await t.throwsAsync(driver.start(file, never)), { kind: 'refused' });
  t.is(await printer.startsOf(file), 0);
});

test.serial('the cable is pulled in a print: failed, in the words of PrusaLink', async t => {
  const attempt = await print(60);
  await until('the print to begin', async () => (await printer.startsOf(attempt.file)) === 1);
  await printer.pullCable();
  const fault = await waitForState(driver, 'error');
  t.not(fault.message, '');
  const outcome = await driver.outcomeOf(attempt, never);
  t.is(outcome.kind, 'failed');
  t.true(outcome.reason.includes(fault.message), outcome.reason);
  await printer.plugCable();
  await waitForState(driver, 'idle');
  t.is(await printer.startsOf(attempt.file), 1);
});

test.serial('killed and restarted in a print: unreachable, then of unknown outcome', async t => {
  const attempt = await print(60);
  await until('the print to begin', async () => (await printer.startsOf(attempt.file)) === 1);
  await printer.kill();
  t.like(await t.throwsAsync(driver.read(never)), { kind: 'unreachable' });
  await printer.start();
  await until('PrusaLink to be read', async () => (await driver.read(never)).state === 'idle');
  t.is((await driver.outcomeOf(attempt, never)).kind, 'unknown');
  const next = await print(1);
  t.is(Number(next.native?.id), Number(attempt.native?.id) + 1, 'the id goes on');
});
