/** The main job, from upload to picked, with every peer a process of its own. */
import { join } from 'node:path';
import test from 'ava';
import { freePort } from '../support/free-port.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { type CentralServerProcess, startCentralServer } from './central/central-server-process.ts';
import { gcodeOf } from './support/gcode.ts';
import { type Lab, startLab, status } from './support/lab.ts';

let lab: Lab;
let central: CentralServerProcess;
let centralPort: number;
let folder: string;
test.before(async () => {
  folder = temporaryFolder();
  centralPort = await freePort();
  central = await startCentralServer(centralPort, join(folder, 'central.log'));
  lab = await startLab({ settings: { CENTRAL_OPCUA_URL: `opc.tcp://127.0.0.1:${centralPort}` } });
});
test.after.always(async () => {
  await lab?.stop();
  await central?.child.kill('SIGKILL');
});

const progressOf = async (): Promise<number> =>
  Number(await (await lab.ua('plc')).value('Printers/Printer1/Job/Progress'));

test.serial(
  'a file goes up over HTTP, is submitted over OPC UA, printed once, picked, and the next starts',
  async t => {
    const plc = await lab.ua('plc');
    const staff = await lab.ua('staff');
    await plc.events('Jobs', 'JobStatusEventType');
    await plc.subscribe(
      'Printers/Printer1/State',
      'Printers/Printer1/Nozzle/Actual',
      'Printers/Printer1/Job/JobId',
    );

    const file = await lab.upload('bracket.gcode', gcodeOf(6, { nozzle: 60 }));
    const { JobId, Repeated } = await plc.ok('Jobs.SubmitJob', file, '', 'student', 'A-17', 5, 'request-1');
    const id = Number(JobId);
    t.is(Repeated, false);
    t.is((await lab.job(id)).code, status.created);
    const again = await plc.ok('Jobs.SubmitJob', file, '', 'student', 'A-17', 5, 'request-1');
    t.deepEqual([again.JobId, again.Repeated], [id, true], 'a repeated call makes no second job');
    t.is(await plc.code('Jobs.SubmitJob', file, '', 'student', 'A-18', 5, 'request-1'), 7);

    const next = await lab.submit(file);
    await staff.ok('Jobs.ApproveJob', id);

    // The second was approved first and has the lower priority, but it may be on the printer by now.
    const first = await until('a job to print', async () => {
      for (const one of [id, next]) if ((await lab.job(one)).code === status.printing) return one;
      return undefined;
    });
    const second = first === id ? next : id;
    await until('progress between 0 and 100 %', async () => {
      const progress = await progressOf();
      return progress > 0 && progress < 100;
    });
    t.is((await lab.job(second)).code, status.approved);
    t.regex((await lab.job(second)).waitingReason, /Printer1/);

    await lab.waitForJob(first, 'printed');
    t.false(await lab.bedIsClear());
    t.is((await lab.job(second)).code, status.approved, 'nothing starts on an occupied bed');

    const begun = await plc.ok('Printers.BeginPickup', '', 'robot1');
    t.deepEqual([begun.PickupPrinter, begun.JobId, begun.Content], ['Printer1', first, 1]);
    await lab.waitForJob(first, 'pickupIssued');
    t.is((await plc.ok('Printers.ConfirmPickup', begun.PickupId, 'shelf 3')).JobId, first);
    const picked = await lab.waitForJob(first, 'picked');
    t.is(picked.storageLocation, 'shelf 3');

    await lab.waitForJob(second, ['printing', 'printed']);
    await lab.waitForJob(second, 'printed');
    t.is(await lab.pickUp(), second);
    t.true(await lab.bedIsClear());

    t.is((await lab.printer.octoprint.startedPrints()).length, 2);
    for (const one of [first, second]) {
      t.is(await lab.startsOfJob(one), 1);
      const events = () => plc.seen.filter(event => event.JobId === one).map(event => event.NewStatus);
      await until('the last event', () => events().includes('picked'));
      t.deepEqual(events(), [
        'created',
        'approved',
        'scheduled',
        'starting',
        'printing',
        'printed',
        'pickupIssued',
        'picked',
      ]);
    }
    t.true(
      plc.data.some(one => one.node === 'Printers/Printer1/Nozzle/Actual' && Number(one.value) > 30),
      'the foreign client sees the nozzle warm up',
    );
    t.true(plc.data.some(one => one.node === 'Printers/Printer1/State' && one.value === 'printing'));

    const written = (path: string) =>
      central.writes.filter(write => write.printer === 'Printer1' && write.path === path);
    t.true(
      written('nozzle/actual').some(write => Number(write.value) > 30 && write.type === 'Float'),
      'the central server sees it too',
    );
    t.true(written('job/progress').some(write => Number(write.value) > 0 && Number(write.value) < 100));
    const states = written('state').map(write => write.value);
    for (const state of ['starting', 'printing', 'printed', 'pickupIssued', 'picked']) {
      t.true(states.includes(state), `${state} was told to the central server`);
    }
    t.deepEqual(
      central.writes.filter(write => write.result !== 'Good'),
      [],
    );
  },
);

test.serial('a print is paused, resumed and cancelled from the server', async t => {
  const plc = await lab.ua('plc');
  const id = await lab.submit(await lab.upload('long.gcode', gcodeOf(60)));
  await lab.waitForJob(id, 'printing');

  await plc.ok('Jobs.PauseJob', id);
  await lab.waitForJob(id, 'paused');
  await plc.ok('Jobs.PauseJob', id);
  const still = await progressOf();
  await plc.ok('Jobs.ResumeJob', id);
  await lab.waitForJob(id, 'printing');
  await until('the print to go on', async () => (await progressOf()) > still);

  await plc.ok('Jobs.CancelJob', id, 'wrong colour');
  await lab.waitForJob(id, 'cancelled');
  t.is(await lab.startsOfJob(id), 1);
  t.false(await lab.bedIsClear(), 'a cancelled print leaves its plate');
  const begun = await plc.ok('Printers.BeginPickup', 'Printer1', 'robot1');
  t.is(begun.Content, 2, 'scrap');
  await plc.ok('Printers.ConfirmPickup', begun.PickupId, 'bin');
  t.is((await lab.job(id)).code, status.cancelled);
  t.true(await lab.bedIsClear());
});

test.serial(
  'the central server dies and returns with other node ids: printing goes on, values flow again',
  async t => {
    await lab.waitForReady();
    await central.child.kill('SIGKILL');
    const id = await lab.submit(await lab.upload('meanwhile.gcode', gcodeOf(2)));
    await lab.waitForJob(id, 'printed');
    const shift = ['--shift', '50', '--other-namespaces', '2'];
    central = await startCentralServer(centralPort, join(folder, 'central.log'), shift);
    const states = () =>
      central.writes
        .filter(write => write.printer === 'Printer1' && write.path === 'state')
        .map(write => write.value);
    await until('what was missed and the present', () => states().length >= 4, { timeout: 90_000 });
    const missed = states().filter(state =>
      ['scheduled', 'starting', 'printing', 'printed'].includes(String(state)),
    );
    t.deepEqual(missed.slice(-3), ['starting', 'printing', 'printed'], 'in order, none missing');
    t.is(await lab.pickUp(), id);
    await until('picked to arrive', () => states().includes('picked'));
    t.pass();
  },
);

test.serial('a job that is started at the printer shows up as foreign and occupies the bed', async t => {
  const plc = await lab.ua('plc');
  const own = await lab.upload('own.gcode', gcodeOf(3));
  await lab.waitForReady();
  await lab.printer.octoprint.printForeign('poster.gcode', gcodeOf(5));
  const foreign = await until('the foreign job', async () => {
    const { JobIds } = await plc.ok('Jobs.FindJobs', '', '', 'Printer1', '', 0, 1000);
    const newest = Math.max(...(JobIds as number[]));
    return (await lab.job(newest)).name === 'printing' && newest;
  });
  const seen = await (await lab.http('admin')).get(`jobs/${foreign}`);
  t.like(seen.body, { job: { from_server: false } });

  const waiting = await lab.submit(own);
  t.is(
    await (await lab.ua('staff')).code('Jobs.CancelJob', foreign, 'not ours'),
    3,
    'a foreign job is followed, never controlled',
  );
  await lab.waitForJob(foreign, 'printed');
  t.false(await lab.bedIsClear());
  t.is((await lab.job(waiting)).code, status.approved);

  const begun = await plc.ok('Printers.BeginPickup', 'Printer1', 'robot1');
  t.is(begun.Content, 3, 'foreign');
  await plc.ok('Printers.ConfirmPickup', begun.PickupId, 'table');
  t.is((await lab.job(foreign)).code, status.printed, 'the bed moves, the job keeps its state');
  await lab.waitForJob(waiting, 'printed');
  await lab.pickUp();
  t.is(await lab.printer.octoprint.startsOf('poster.gcode'), 1);
  t.is(await lab.startsOfJob(waiting), 1);
});

test.serial(
  'SIGTERM in the middle of a print ends the server cleanly; after the next start the job goes on',
  async t => {
    const id = await lab.submit(await lab.upload('through.gcode', gcodeOf(8)));
    await lab.waitForJob(id, 'printing');
    t.deepEqual(await lab.server.stop(), { code: 0, signal: null });
    await lab.forgetSessions();
    await lab.server.start();
    await lab.waitForJob(id, 'printed');
    t.is(await lab.pickUp(), id);
    t.is(await lab.startsOfJob(id), 1);
  },
);
