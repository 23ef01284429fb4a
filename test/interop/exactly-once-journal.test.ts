/**
 * The process is killed around the journal write of each transition: `before`, the line is not written; `after`, it is
 * on disk and nobody was told. The clients repeat the identical call, as the contract says.
 */
import test from 'ava';
import { gcodeOf } from './support/gcode.ts';
import { type Lab, startLab } from './support/lab.ts';

let lab: Lab;
const accepted: number[] = [];
test.before(async () => {
  lab = await startLab();
});
test.after.always(async () => {
  await lab?.stop();
});

const points = ['created', 'approved', 'scheduled', 'starting', 'printing', 'printed'];
const pickupPoints = ['pickup inProgress', 'pickup confirmed'];
const cancelPoints = ['cancelIssued', 'cancelled'];

for (const [number, what] of [...points, ...pickupPoints, ...cancelPoints].entries()) {
  for (const moment of ['before', 'after']) {
    test.serial(
      `killed ${moment} the journal write of "${what}": nothing is lost, nothing done twice`,
      async t => {
        const cancels = cancelPoints.includes(what);
        await lab.waitForReady();
        await lab.server.stop();
        await lab.forgetSessions();
        await lab.server.start(`${moment} journal ${what}`);
        const deaths = lab.deaths;

        const file = await lab.upload(
          'part.gcode',
          gcodeOf(cancels ? 60 : 2, { comment: `${moment} ${what}` }),
        );
        const requestId = `${moment}-${number}`;
        const id = await lab.surviving(() => lab.submit(file, { requestId, approve: false }));
        accepted.push(id);
        await lab.surviving(async () => (await lab.ua('staff')).ok('Jobs.ApproveJob', id));
        if (cancels) {
          await lab.surviving(() => lab.waitForJob(id, 'printing'));
          await lab.surviving(async () => (await lab.ua('plc')).ok('Jobs.CancelJob', id, 'not needed'));
        }
        await lab.surviving(() => lab.waitForJob(id, cancels ? 'cancelled' : 'printed'));

        const robot = () => lab.ua('plc');
        const { PickupId, JobId } = await lab.surviving(async () =>
          (await robot()).ok('Printers.BeginPickup', 'Printer1', 'robot1'),
        );
        t.is(JobId, id);
        await lab.surviving(async () => (await robot()).ok('Printers.ConfirmPickup', PickupId, 'A1'));

        t.is(lab.deaths, deaths + 1, 'the kill point was reached');
        t.is((await lab.job(id)).name, cancels ? 'cancelled' : 'picked');
        t.true(await lab.bedIsClear());
        t.is(await lab.startsOfJob(id), 1);
        t.deepEqual((await (await robot()).ok('Jobs.FindJobs', '', '', '', '', 0, 1000)).JobIds, accepted);
      },
    );
  }
}
