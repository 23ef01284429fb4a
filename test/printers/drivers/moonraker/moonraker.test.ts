import test from 'ava';
import { cameraOf } from '../../../../src/printers/drivers/moonraker/identity.ts';
import { createMoonrakerDriver } from '../../../../src/printers/drivers/moonraker/moonraker.ts';
import { startFakeOctoPrint } from '../../../support/fake-octoprint.ts';
import { attempt, setUpMoonraker as setUp, source, timeouts } from '../../../support/moonraker-setup.ts';
import { never } from '../../../support/one-printer.ts';

test('standby, printing, paused, complete, cancelled and error are told apart', async t => {
  const { printer, driver } = await setUp(t);
  const state = async () => (await driver.read(never)).state;
  t.is(await state(), 'idle');
  printer.startForeign('a.gcode');
  t.is(await state(), 'printing');
  printer.pauseAtPrinter();
  t.is(await state(), 'paused');
  printer.resumeAtPrinter();
  printer.finish();
  t.is(await state(), 'finished');
  printer.startForeign('a.gcode');
  printer.cancelAtPrinter();
  t.is(await state(), 'stopped');
  printer.startForeign('a.gcode');
  printer.fail('Move out of range: 400 0 0');
  t.like(await driver.read(never), { state: 'error', message: 'Move out of range: 400 0 0' });
});

test('a shutdown is an error in the words of Klipper, although print_stats still says paused', async t => {
  const { printer, driver } = await setUp(t);
  printer.startForeign('a.gcode');
  printer.shutdown("Lost communication with MCU 'mcu'");
  t.like(await driver.read(never), { state: 'error', message: "Lost communication with MCU 'mcu'" });
  printer.configError('Option heater_pin is not valid');
  t.like(await driver.read(never), { state: 'error', message: 'Option heater_pin is not valid' });
});

test('a Klipper that is away is offline, one that starts is connecting', async t => {
  const { printer, driver } = await setUp(t);
  printer.loseKlipper();
  t.is((await driver.read(never)).state, 'offline');
  printer.findKlipper();
  printer.startUp();
  t.is((await driver.read(never)).state, 'connecting');
});

test('a Moonraker that was just started has not found Klipper yet: connecting, not garbled', async t => {
  const { printer, driver } = await setUp(t);
  printer.startForeign('a.gcode');
  printer.restart();
  t.is((await driver.read(never)).state, 'connecting');
  t.is((await driver.read(never)).state, 'printing');
});

test("somebody's macro makes the printer busy: a start would wait behind it", async t => {
  const { printer, driver } = await setUp(t);
  printer.macro(true);
  t.is((await driver.read(never)).state, 'busy');
  printer.macro(false);
  t.is((await driver.read(never)).state, 'idle');
});

test('a print is not over while the printer still moves; what moves it later is somebody else', async t => {
  const { printer, driver, clock } = await setUp(t);
  const state = async () => (await driver.read(never)).state;
  printer.startForeign('a.gcode');
  t.is(await state(), 'printing');
  printer.finish();
  printer.macro(true);
  t.is(await state(), 'finishing');
  printer.macro(false);
  t.is(await state(), 'finished');
  printer.macro(true);
  t.is(await state(), 'busy');
  printer.macro(false);
  printer.startForeign('a.gcode');
  await state();
  printer.cancelAtPrinter();
  printer.macro(true);
  t.is(await state(), 'cancelling');
  clock.advance(30_000);
  t.is(await state(), 'busy', 'no print takes so long to end');
  t.is(await state(), 'busy');
});

test('a Moonraker that keeps no history is read all the same', async t => {
  const { printer, driver } = await setUp(t);
  printer.refuse(/server\/history/, 404);
  printer.startForeign('a.gcode');
  t.like(await driver.read(never), { state: 'printing', job: { native: { filename: 'a.gcode' } } });
  printer.finish();
  t.is((await driver.outcomeOf({ ...attempt, file: 'a.gcode' }, never)).kind, 'finished');
});

test('camera addresses are those of the host: its web server, not Moonraker itself', t => {
  const camera = (stream_url: string, url: string) =>
    cameraOf([{ enabled: true, stream_url, snapshot_url: '' }], url)?.stream;
  t.is(camera('/webcam/?action=stream', 'http://voron.lab:7125'), 'http://voron.lab/webcam/?action=stream');
  t.is(camera('/webcam/', 'http://voron.lab:8080/'), 'http://voron.lab:8080/webcam/');
  t.is(camera('http://localhost:8081/stream', 'http://voron.lab'), 'http://voron.lab:8081/stream');
  t.is(camera('rtsp://voron.lab/stream', 'http://voron.lab'), undefined);
});

test('temperatures, head, progress, times and the identity of the print', async t => {
  const { printer, driver } = await setUp(t);
  printer.startForeign('a.gcode');
  printer.advance(15_000);
  const snapshot = await driver.read(never);
  t.deepEqual(snapshot.nozzle, { actual: 209.5, target: 210 });
  t.deepEqual(snapshot.bed, { actual: 60.5, target: 60 });
  t.deepEqual(snapshot.head, { x: 10, y: 20, z: 0.3 });
  t.like(snapshot.job, { file: 'a.gcode', progress: 25, timeUsed: 15, timeLeft: null, timeLeftApprox: 45 });
  t.like(snapshot.job?.native, { filename: 'a.gcode', job_id: '000001' });
});

test('a print that is missing in the history is known by its name, and not asked for for ever', async t => {
  const { printer, driver } = await setUp(t);
  printer.missPrints();
  printer.startForeign('a.gcode');
  for (let round = 0; round < 8; round++) {
    t.deepEqual((await driver.read(never)).job?.native, { filename: 'a.gcode' });
  }
  t.true(printer.requests.filter(line => line.includes('history')).length <= 6);
});

test('prints of the same file are told apart, also when both ended between two readings', async t => {
  const { printer, driver } = await setUp(t);
  const id = async () => (await driver.read(never)).job?.native.job_id;
  printer.startForeign('a.gcode');
  t.is(await id(), '000001');
  printer.advance(10_000);
  printer.cancelAtPrinter();
  t.is(await id(), '000001');
  printer.startStored('a.gcode');
  printer.advance(20_000);
  printer.cancelAtPrinter();
  t.is(await id(), '000002');
  printer.startStored('a.gcode');
  t.is(await id(), '000003');
  printer.missPrints();
  printer.finish();
  printer.startStored('a.gcode');
  printer.advance(40_000);
  printer.cancelAtPrinter();
  t.is(await id(), undefined, 'the latest entry is of another print');
});

test('a file that was only loaded is not shown as a print when Klipper is shut down', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, 'mes-1-1.gcode', never);
  printer.shutdown('Thermal runaway');
  t.like(await driver.read(never), { state: 'error', job: null });
});

test('run out of filament: attention while it is paused, with what the printer says', async t => {
  const { printer, driver } = await setUp(t);
  t.is((await driver.read(never)).filament, null);
  t.false(driver.capabilities.filament);
  // A restarted Klipper has another configuration.
  printer.loseKlipper();
  await driver.read(never);
  printer.findKlipper();
  printer.sensor('filament_switch_sensor spool', true);
  t.deepEqual((await driver.read(never)).filament, { present: true, material: '', remaining: null });
  t.true(driver.capabilities.filament);
  printer.startForeign('a.gcode');
  printer.sensor('filament_switch_sensor spool', false);
  t.like(await driver.read(never), { state: 'printing', filament: { present: false } });
  printer.pauseAtPrinter();
  printer.say('Load PLA');
  t.like(await driver.read(never), { state: 'attention', message: 'Load PLA; spool: no filament' });
  printer.sensor('filament_switch_sensor spool', true);
  t.like(await driver.read(never), { state: 'paused', message: 'Load PLA' });
});

test('material and rest come from Spoolman, which is asked once a minute', async t => {
  const { printer, driver, clock } = await setUp(t);
  printer.setSpool('PETG', 712.5);
  for (let round = 0; round < 3; round++) {
    t.deepEqual((await driver.read(never)).filament, { present: null, material: 'PETG', remaining: 712.5 });
  }
  const asked = () => printer.requests.filter(line => line.includes('proxy')).length;
  t.is(asked(), 1);
  clock.advance(60_000);
  await driver.read(never);
  t.is(asked(), 2);
});

test('it is identified with software, nozzle, material and absolute camera addresses', async t => {
  const { printer, driver } = await setUp(t);
  printer.setSpool('PLA', 100);
  printer.setWebcams([
    { enabled: false, stream_url: '/off', snapshot_url: '' },
    { enabled: true, stream_url: '/webcam/?action=stream', snapshot_url: 'http://10.0.0.9/shot.jpg' },
  ]);
  t.deepEqual(await driver.identify(never), {
    software: 'Moonraker 0.11.0, Klipper v0.13.0',
    model: '',
    nozzleDiameter: 0.4,
    bedSize: { width: 235, depth: 240 },
    material: 'PLA',
    takesBgcode: false,
    camera: { stream: `${printer.url}/webcam/?action=stream`, snapshot: 'http://10.0.0.9/shot.jpg' },
  });
  printer.loseKlipper();
  t.like(await driver.identify(never), { software: 'Moonraker 0.11.0', nozzleDiameter: null, bedSize: null });
});

test('another kind of printer at that address is told apart from a wrong key', async t => {
  const { printer, driver, clock } = await setUp(t);
  printer.revokeKey();
  const denied = await t.throwsAsync(driver.identify(never));
  t.like(denied, { name: 'DriverError', kind: 'unauthorized' });
  t.notRegex(denied?.message ?? '', new RegExp(printer.apiKey));
  t.like(await t.throwsAsync(driver.read(never)), { kind: 'unauthorized' });
  t.like(await t.throwsAsync(driver.start('a.gcode', never)), { kind: 'unauthorized' });
  const other = await startFakeOctoPrint();
  t.teardown(() => other.stop());
  const wrong = createMoonrakerDriver({ url: other.url, apiKey: 'fake-key' }, { clock, timeouts });
  t.like(await t.throwsAsync(wrong.identify(never)), { kind: 'wrongKind' });
  const nobody = createMoonrakerDriver({ url: 'http://127.0.0.1:9', apiKey: 'k' }, { clock, timeouts });
  t.like(await t.throwsAsync(nobody.identify(never)), { kind: 'unreachable' });
});

for (const [fault, kind] of [
  ['lostRequest', 'unreachable'],
  ['blackHole', 'unreachable'],
  ['slowLoris', 'unreachable'],
  ['error500', 'unreachable'],
  ['garbledAnswer', 'garbled'],
] as const) {
  test(`a reading that meets ${fault} is ${kind}`, async t => {
    const { printer, driver } = await setUp(t);
    const end = printer.mishap(fault, /./, Infinity);
    t.like(await t.throwsAsync(driver.read(never)), { name: 'DriverError', kind });
    end();
    t.is((await driver.read(never)).state, 'idle');
  });
}

test('a cancel never hits the print of another, nor an idle printer', async t => {
  const { printer, driver } = await setUp(t);
  t.like(await t.throwsAsync(driver.cancel('mes-1-1.gcode', never)), { kind: 'refused' });
  printer.startForeign('their.gcode');
  t.like(await t.throwsAsync(driver.cancel('mes-1-1.gcode', never)), { kind: 'refused' });
  t.is((await driver.read(never)).state, 'printing');
  await driver.cancel('their.gcode', never);
  t.is((await driver.read(never)).state, 'stopped');
});

test('a start that Klipper refuses was not made; one without a way to Klipper neither', async t => {
  const { printer, driver } = await setUp(t);
  t.like(await t.throwsAsync(driver.start('gone.gcode', never)), { kind: 'refused' });
  await driver.upload(source, 'mes-1-1.gcode', never);
  printer.startForeign('their.gcode');
  const busy = await t.throwsAsync(driver.start('mes-1-1.gcode', never));
  t.like(busy, { kind: 'refused' });
  t.regex(busy?.message ?? '', /SD busy/);
  printer.loseKlipper();
  t.like(await t.throwsAsync(driver.start('mes-1-1.gcode', never)), { kind: 'refused' });
  t.deepEqual(printer.started, ['their.gcode']);
});

test('a pause that waits behind a heater counts as sent, a lost one does not', async t => {
  const { printer, driver } = await setUp(t);
  printer.startForeign('a.gcode');
  printer.macro(true);
  await t.notThrowsAsync(driver.pause(never));
  printer.macro(false);
  t.is((await driver.read(never)).state, 'paused');
  printer.mishap('lostRequest', /print\/resume/);
  t.like(await t.throwsAsync(driver.resume(never)), { kind: 'unreachable' });
  await driver.resume(never);
  t.is((await driver.read(never)).state, 'printing');
});

test('a file that is being printed cannot be removed, one that is not there has been', async t => {
  const { printer, driver } = await setUp(t);
  await t.notThrowsAsync(driver.remove('never-there.gcode', never));
  printer.startForeign('a.gcode');
  t.like(await t.throwsAsync(driver.remove('a.gcode', never)), { kind: 'refused' });
  printer.finish();
  await driver.remove('a.gcode', never);
  t.is(printer.files.size, 0);
  t.is((await driver.read(never)).state, 'finished');
});

test('what was loaded or failed is unloaded with its file, so that the printer is usable again', async t => {
  const { printer, driver } = await setUp(t);
  await driver.upload(source, 'mes-1-1.gcode', never);
  await driver.remove('mes-1-1.gcode', never);
  t.like(await driver.read(never), { state: 'idle', job: null });
  await driver.upload(source, 'mes-2-1.gcode', never);
  await driver.start('mes-2-1.gcode', never);
  printer.fail('Move out of range');
  t.is((await driver.read(never)).state, 'error');
  await driver.remove('mes-2-1.gcode', never);
  t.is((await driver.read(never)).state, 'idle');
  printer.startForeign('their.gcode');
  printer.fail('Move out of range');
  await driver.remove('mes-2-1.gcode', never);
  t.is((await driver.read(never)).state, 'error', "another's fault stays for people to see");
});

test('a call ends at once when its signal is aborted', async t => {
  const { printer, driver } = await setUp(t);
  printer.mishap('blackHole', /./, Infinity);
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error('the worker stops')), 20);
  await t.throwsAsync(driver.outcomeOf(attempt, abort.signal), { message: 'the worker stops' });
});
