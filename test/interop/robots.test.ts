/** Robots that race, die and repeat themselves: never two holders of a plate, never a start under an arm. */
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { until } from '../support/until.ts';
import { gcodeOf } from './support/gcode.ts';
import { type AccountName, type Lab, startLab, status } from './support/lab.ts';

const HELD_BY_OTHER = 11;

let lab: Lab;
test.before(async () => {
  lab = await startLab();
});
test.after.always(async () => {
  await lab?.stop();
});

/** A printed part on the plate, and another job that waits for the bed. */
const partAndNext = async (): Promise<{ id: number; next: number }> => {
  await lab.waitForReady();
  const file = await lab.upload('part.gcode', gcodeOf(1));
  const id = await lab.submit(file);
  await lab.waitForJob(id, 'printed');
  return { id, next: await lab.submit(file) };
};

const nextGoesThrough = async (next: number): Promise<number> => {
  await lab.waitForJob(next, 'printed');
  const picked = await lab.pickUp();
  return picked === next ? lab.startsOfJob(next) : -1;
};

test.serial('of two robots that ask at once one holds the plate, and it alone may confirm', async t => {
  const { id, next } = await partAndNext();
  const [one, other] = [await lab.ua('plc'), await lab.ua('robot2')];
  const answers = await Promise.all([
    one.call('Printers.BeginPickup', ['Printer1', 'arm-a']),
    other.call('Printers.BeginPickup', ['Printer1', 'arm-b']),
  ]);
  const codes = answers.map(answer => answer.outputs?.ReturnCode);
  t.deepEqual([...codes].sort(), [0, HELD_BY_OTHER]);
  const winner = codes[0] === 0 ? one : other;
  const loser = codes[0] === 0 ? other : one;
  const arm = codes[0] === 0 ? 'arm-a' : 'arm-b';
  const held = answers.find(answer => answer.outputs?.ReturnCode === 0)?.outputs;
  t.is(held?.JobId, id);

  const repeated = await winner.ok('Printers.BeginPickup', 'Printer1', arm);
  t.is(repeated.PickupId, held?.PickupId, 'a repeated call gets the same pick-up');
  t.is(await loser.code('Printers.ConfirmPickup', held?.PickupId, 'B2'), 3, 'not the one that began it');
  t.is(await loser.code('Printers.ReleasePickup', held?.PickupId, 'mine'), 3);
  t.is(
    await (await lab.ua('staff')).code('Printers.ConfirmBedClear', 'Printer1'),
    HELD_BY_OTHER,
    'the arm may be inside',
  );
  await sleep(1500);
  t.is(await lab.startsOfJob(next), 0);

  await winner.ok('Printers.ConfirmPickup', held?.PickupId, 'A1');
  t.is(
    (await winner.ok('Printers.ConfirmPickup', held?.PickupId, 'A1')).JobId,
    id,
    'a repeated confirmation',
  );
  t.is((await lab.job(id)).storageLocation, 'A1');
  t.is(await nextGoesThrough(next), 1);
});

test.serial('a robot that dies with the arm inside keeps its hold until an operator releases it', async t => {
  const { id, next } = await partAndNext();
  const plc = await lab.ua('plc');
  await plc.ok('Printers.BeginPickup', 'Printer1', 'arm-a');
  await lab.forgetSessions();
  await sleep(2000);
  const other = await lab.ua('robot2');
  t.is(await other.code('Printers.BeginPickup', 'Printer1', 'arm-b'), HELD_BY_OTHER);
  t.is(await lab.startsOfJob(next), 0);
  t.is(await other.value('Printers/Printer1/Pickup/State'), 2);

  await lab.restart();
  const pickupId = await (await lab.ua('staff')).value('Printers/Printer1/Pickup/PickupId');
  t.is(await (await lab.ua('robot2')).code('Printers.BeginPickup', 'Printer1', 'arm-b'), HELD_BY_OTHER);
  await sleep(1500);
  t.is(await lab.startsOfJob(next), 0, 'a restart of the server ends no hold');

  await (await lab.ua('staff')).ok('Printers.ReleasePickup', pickupId, 'the arm was driven home');
  await lab.waitForJob(id, 'printed');
  const begun = await (await lab.ua('robot2')).ok('Printers.BeginPickup', '', 'arm-b');
  t.is(begun.JobId, id, 'offered again');
  await (await lab.ua('robot2')).ok('Printers.ConfirmPickup', begun.PickupId, 'B7');
  t.is(await nextGoesThrough(next), 1);
});

test.serial('a failed pick-up needs a person before the plate is offered again', async t => {
  const { id, next } = await partAndNext();
  const [plc, staff] = [await lab.ua('plc'), await lab.ua('staff')];
  const first = await plc.ok('Printers.BeginPickup', 'Printer1', 'arm-a');
  await plc.ok('Printers.ReportPickupFailed', first.PickupId, 'the part sticks');
  await plc.ok('Printers.ReportPickupFailed', first.PickupId, 'the part sticks');
  t.is(await plc.value('Printers/Printer1/Pickup/State'), 3);
  t.not(await plc.code('Printers.BeginPickup', 'Printer1', 'arm-a'), 0);
  t.is(await lab.startsOfJob(next), 0);

  await staff.ok('Printers.ReleasePickup', first.PickupId, 'loosened it');
  const second = await plc.ok('Printers.BeginPickup', 'Printer1', 'arm-a');
  t.not(second.PickupId, first.PickupId);
  await plc.ok('Printers.ReportPickupFailed', second.PickupId, 'again');
  await staff.ok('Printers.ConfirmBedClear', 'Printer1');
  t.is((await lab.job(id)).code, status.picked, 'a person took it: picked, with no place');
  t.is((await lab.job(id)).storageLocation, '');
  t.is(await nextGoesThrough(next), 1);
});

interface Hold {
  readonly robot: string;
  readonly pickupId: number;
  readonly jobId: number;
  readonly begin: number;
  /** Just before the confirmation is sent: the arm is out. */
  armOut: number;
}

test.serial(
  'two robots work through the kills of the server: no shared plate, no start under an arm',
  async t => {
    const JOBS = 6;
    await lab.waitForReady();
    const file = await lab.upload('part.gcode', gcodeOf(1));
    const ids: number[] = [];
    for (let job = 0; job < JOBS; job += 1) ids.push(await lab.submit(file, { requestId: `race-${job}` }));

    const holds: Hold[] = [];
    const confirmed = new Set<number>();
    let stopped = false;

    /** As a robot's program is: every call is repeated until it is answered. */
    const insist = async (account: AccountName, method: string, ...args: readonly unknown[]) => {
      for (;;) {
        try {
          return await (await lab.ua(account)).call(method, args);
        } catch (error) {
          if (stopped) throw error;
          await sleep(200);
        }
      }
    };
    const work = async (account: AccountName, robot: string): Promise<void> => {
      while (confirmed.size < JOBS && !stopped) {
        const { outputs } = await insist(account, 'Printers.BeginPickup', 'Printer1', robot);
        if (outputs?.ReturnCode !== 0) {
          await sleep(150);
          continue;
        }
        const hold = {
          robot,
          pickupId: Number(outputs.PickupId),
          jobId: Number(outputs.JobId),
          begin: Date.now(),
          armOut: 0,
        };
        holds.push(hold);
        await sleep(700);
        hold.armOut = Date.now();
        const done = await insist(account, 'Printers.ConfirmPickup', hold.pickupId, robot);
        t.is(done.outputs?.ReturnCode, 0, JSON.stringify(done));
        confirmed.add(hold.jobId);
      }
    };

    const robots = Promise.all([work('plc', 'arm-a'), work('robot2', 'arm-b')]);
    // Once just after a hold began, once in the middle of a print.
    await until('a hold', () => holds.length > 0, { timeout: 60_000 });
    await lab.restart();
    await until('another print', async () => (await lab.printer.octoprint.startedPrints()).length > 1, {
      timeout: 60_000,
    }).catch(() => {});
    await lab.restart();
    await until('a third hold', () => holds.length > 2, { timeout: 60_000 });
    await lab.restart();
    const late = sleep(180_000, undefined, { ref: false }).then(() => {
      stopped = true;
    });
    await Promise.race([robots, late]);
    t.is(confirmed.size, JOBS, 'every plate was taken');

    for (const id of ids) {
      t.is(await lab.startsOfJob(id), 1);
      t.is((await lab.job(id)).code, status.picked);
    }
    t.is(new Set(holds.map(hold => hold.pickupId)).size, JOBS);
    const inOrder = holds.toSorted((a, b) => a.begin - b.begin);
    for (const [index, hold] of inOrder.entries()) {
      const previous = inOrder[index - 1];
      if (previous !== undefined) t.true(previous.armOut <= hold.begin, 'one holder at a time');
    }
    const starts = (await lab.printer.octoprint.startedPrints()).map(print => new Date(print.time).getTime());
    for (const hold of holds) {
      const under = starts.filter(start => start > hold.begin && start < hold.armOut);
      t.deepEqual(under, [], `no start while ${hold.robot} held the plate of job ${hold.jobId}`);
    }
  },
);
