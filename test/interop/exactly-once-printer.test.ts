/** The process is killed around each request to the printer that does something; OctoPrint's own events tell the truth. */
import test from 'ava';
import { until } from '../support/until.ts';
import { gcodeOf } from './support/gcode.ts';
import { type Lab, startLab } from './support/lab.ts';
import type { Moment } from './support/recording-proxy.ts';

let lab: Lab;
const accepted: number[] = [];
test.before(async () => {
  lab = await startLab();
});
test.after.always(async () => {
  await lab?.stop();
});

const isCancel = (moment: Moment): boolean => moment.endsWith('cancel');

/** From submission to a clear bed, with `act` at the moment. */
const printThrough = async (moment: Moment, act: () => Promise<unknown>): Promise<number> => {
  await lab.waitForReady();
  const file = await lab.upload('part.gcode', gcodeOf(isCancel(moment) ? 60 : 3, { comment: moment }));
  const reached = lab.printer.proxy.at(moment, act);
  const id = await lab.submit(file);
  accepted.push(id);
  if (isCancel(moment)) {
    await lab.waitForJob(id, 'printing');
    await (await lab.ua('plc')).ok('Jobs.CancelJob', id, 'not needed').catch(() => {});
  }
  await reached;
  if (!lab.server.isRunning()) {
    await lab.forgetSessions();
    await lab.server.start();
  }
  await lab.waitForJob(id, isCancel(moment) ? 'cancelled' : 'printed');
  return id;
};

const fileIsGone = async (id: number): Promise<boolean> => {
  const answer = await lab.printer.octoprint.request('GET', '/api/files/local');
  const { files } = (await answer.json()) as { files: readonly { name: string }[] };
  return !files.some(file => file.name.startsWith(`mes-${id}-`));
};

const moments: readonly Moment[] = [
  'before upload',
  'after upload',
  'before select',
  'after select',
  'before start',
  'after start',
  'before cancel',
  'after cancel',
  'before delete',
  'after delete',
];

for (const moment of moments) {
  test.serial(`killed ${moment}: the job is started once and ends as it should`, async t => {
    const id = await printThrough(moment, () => lab.server.kill());
    t.is(await lab.startsOfJob(id), 1);
    t.false(await lab.bedIsClear());
    t.is(await lab.pickUp(), id);
    t.true(await lab.bedIsClear());
    await until('the file to be gone from the printer', () => fileIsGone(id));
    t.is(await lab.startsOfJob(id), 1);
  });
}

for (const moment of moments.filter(one => !one.endsWith('delete'))) {
  test.serial(`the connection lost ${moment}: the job is started once and ends as it should`, async t => {
    const id = await printThrough(moment, async () => {});
    t.is(await lab.startsOfJob(id), 1);
    t.is(await lab.pickUp(), id);
    t.true(await lab.bedIsClear());
  });
}

test.serial('of all accepted jobs none is lost, none is open, each was started once', async t => {
  const plc = await lab.ua('plc');
  t.is(accepted.length, 2 * moments.length - 2, 'all of them were tried');
  const { JobIds } = await plc.ok('Jobs.FindJobs', '', '', '', '', 0, 1000);
  t.deepEqual(JobIds, accepted);
  for (const open of [
    'created',
    'approved',
    'scheduled',
    'starting',
    'printing',
    'paused',
    'cancelIssued',
    'unknown',
  ]) {
    t.deepEqual((await plc.ok('Jobs.FindJobs', open, '', '', '', 0, 1000)).JobIds, [], open);
  }
  for (const id of accepted) t.is(await lab.startsOfJob(id), 1);
});
