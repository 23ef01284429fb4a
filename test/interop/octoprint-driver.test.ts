/** Against a real OctoPrint: what it says of itself and of its prints, by its API, its socket and its key hand-shake. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { PrinterDriver } from '../../src/app/ports.ts';
import { createOctoPrintKeyAsker } from '../../src/printers/drivers/octoprint/app-keys.ts';
import { createOctoPrintDriver } from '../../src/printers/drivers/octoprint/octoprint.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { gcodeOf } from './support/gcode.ts';
import { type OctoPrint, startOctoPrint } from './support/octoprint.ts';

const never = new AbortController().signal;
const clock = {
  now: () => new Date(),
  sleep: async (milliseconds: number) => void (await sleep(milliseconds)),
};

let folder: string;
let octoprint: OctoPrint;
const drivers: PrinterDriver[] = [];

const driverOf = (apiKey = octoprint.apiKey): PrinterDriver => {
  const driver = createOctoPrintDriver({ url: octoprint.url, apiKey }, { clock });
  drivers.push(driver);
  return driver;
};

test.before(async () => {
  folder = temporaryFolder();
  octoprint = await startOctoPrint(join(folder, 'octoprint'));
});
test.after.always(async () => {
  await Promise.all(drivers.map(driver => driver.close()));
  await octoprint?.stop();
});

const stateIs = (driver: PrinterDriver, ...states: string[]) =>
  until(`OctoPrint to be ${states}`, async () => states.includes((await driver.read(never)).state));

const attemptOf = (file: string) => ({
  file,
  native: { path: file },
  intentTime: new Date().toISOString(),
  unique: true,
});

test.serial('it is identified with its version and its profile', async t => {
  const identity = await driverOf().identify(never);
  t.regex(identity.software, /^OctoPrint 1\.\d+/);
  t.like(identity, { model: '', nozzleDiameter: 0.4, takesBgcode: false });
  t.like(await t.throwsAsync(driverOf('0123456789').identify(never)), { kind: 'unauthorized' });
});

test.serial('a printer that somebody disconnected is connected again', async t => {
  const driver = driverOf();
  await octoprint.request('POST', '/api/connection', { command: 'disconnect' });
  await until('the port to be closed', async () => {
    const answer = await octoprint.request('GET', '/api/connection');
    return ((await answer.json()) as { current: { state: string } }).current.state === 'Closed';
  });
  t.not((await driver.read(never)).state, 'idle');
  await stateIs(driver, 'idle');
  t.pass();
});

test.serial('its socket tells of a print without being asked, and why it ended', async t => {
  const driver = driverOf();
  let changes = 0;
  driver.watch(() => {
    changes += 1;
  });
  await until('the socket', () => changes > 0);
  await stateIs(driver, 'idle', 'finished');
  const before = changes;
  await octoprint.printForeign('mes-901-1.gcode', gcodeOf(60));
  await until('a word of the print', () => changes > before);
  await stateIs(driver, 'printing');
  await driver.cancel('mes-901-1.gcode', never);
  await stateIs(driver, 'idle');
  t.is((await driver.outcomeOf(attemptOf('mes-901-1.gcode'), never)).kind, 'cancelled');

  await octoprint.printForeign('mes-902-1.gcode', gcodeOf(60));
  await stateIs(driver, 'printing');
  await octoprint.request('POST', '/api/printer/command', { command: '!!DEBUG:trigger_fatal_error_marlin' });
  await stateIs(driver, 'error');
  const failed = await driver.outcomeOf(attemptOf('mes-902-1.gcode'), never);
  t.is(failed.kind, 'failed');
  t.regex(failed.reason, /Thermal Runaway/);
  t.is(
    (await driver.outcomeOf(attemptOf('mes-901-1.gcode'), never)).kind,
    'cancelled',
    'each has its own end',
  );
});

test.serial('the socket comes back when OctoPrint was killed', async t => {
  const driver = driverOf();
  let changes = 0;
  driver.watch(() => {
    changes += 1;
  });
  await until('the socket', async () => changes > 0);
  await octoprint.kill();
  await octoprint.start();
  const before = changes;
  await until('the socket again', async () => changes > before, { timeout: 30_000 });
  t.pass();
});

/** What a person does who is logged in to OctoPrint. */
const decide = async (decision: boolean): Promise<void> => {
  const token = await until('the question', async () => {
    const answer = await octoprint.request('GET', '/api/plugin/appkeys');
    const { pending } = (await answer.json()) as { pending: Record<string, { user_token: string }> };
    return Object.values(pending)[0]?.user_token;
  });
  const answer = await octoprint.request('POST', `/plugin/appkeys/decision/${token}`, { decision });
  if (answer.status !== 204) throw new Error(`OctoPrint answered ${answer.status} to the decision`);
};

test.serial('its user grants a key, which works; another request is denied', async t => {
  const ask = createOctoPrintKeyAsker();
  const asking = await ask(octoprint.url, 'mes', never);
  t.is((await asking.poll(never)).kind, 'pending');
  await decide(true);
  const decision = await asking.poll(never);
  t.is(decision.kind, 'granted');
  if (decision.kind !== 'granted') return;
  t.regex((await driverOf(decision.key).identify(never)).software, /^OctoPrint/);
  const second = await ask(octoprint.url, 'mes', never);
  await decide(false);
  t.is((await second.poll(never)).kind, 'denied');
});
