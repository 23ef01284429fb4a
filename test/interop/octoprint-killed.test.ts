/** The printer's host dies or goes away in the middle of a print. */
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { until } from '../support/until.ts';
import { gcodeOf } from './support/gcode.ts';
import { type Lab, startLab, status } from './support/lab.ts';

const LOST_AFTER = 6;

let lab: Lab;
test.before(async () => {
  lab = await startLab({ settings: { PRINTER_LOST_AFTER: String(LOST_AFTER) } });
});
test.after.always(async () => {
  await lab?.stop();
});

const printing = async (seconds: number): Promise<number> => {
  await lab.waitForReady();
  const id = await lab.submit(await lab.upload('part.gcode', gcodeOf(seconds)));
  await lab.waitForJob(id, 'printing');
  return id;
};

const reasonOf = async (id: number): Promise<string> => {
  const { body } = await (await lab.http('admin')).get(`jobs/${id}`);
  const { history } = body as { history: readonly { status: string; reason: string }[] };
  return history.at(-1)?.reason ?? '';
};

test.serial(
  'OctoPrint killed and restarted: unknown with its reason, nothing restarted, a person settles it',
  async t => {
    const plc = await lab.ua('plc');
    const staff = await lab.ua('staff');
    const id = await printing(30);
    const next = await lab.submit(await lab.upload('next.gcode', gcodeOf(2)));

    await lab.printer.octoprint.kill();
    await until(
      'the printer to be unreachable',
      async () => (await plc.value('Printers/Printer1/State')) === 'unreachable',
    );
    t.is((await lab.job(id)).code, status.printing, 'unreachable is no outcome');
    await lab.printer.octoprint.start();
    await lab.waitForJob(id, 'unknown');
    t.not(await reasonOf(id), '');

    await sleep(3000);
    t.is(await lab.startsOfJob(id), 1);
    t.is((await lab.job(next)).code, status.approved, 'nothing starts beside an unknown outcome');
    t.false(await lab.bedIsClear());

    t.is(await plc.code('Jobs.GetJob', id), 0);
    t.is((await plc.call('Jobs.ResolveJob', [id, 'failed', 'no'])).status, 'BadUserAccessDenied');
    t.is(await staff.code('Jobs.ResolveJob', id, 'printing', 'no outcome'), 4);
    await staff.ok('Jobs.ResolveJob', id, 'failed', 'half a part on the plate');
    t.is((await lab.job(id)).code, status.failed);
    t.false(await lab.bedIsClear(), 'its plate is still there');
    t.is((await plc.ok('Printers.BeginPickup', 'Printer1', 'robot1')).JobId, id);
    await lab.pickUp();
    await lab.waitForJob(next, 'printed');
    t.is(await lab.pickUp(), next);
    t.is(await lab.startsOfJob(id), 1);
    t.is(await lab.startsOfJob(next), 1);
  },
);

test.serial('an unknown outcome that a person finds printed goes its way to storage', async t => {
  const id = await printing(30);
  await lab.printer.octoprint.kill();
  await lab.printer.octoprint.start();
  await lab.waitForJob(id, 'unknown');
  await (await lab.ua('staff')).ok('Jobs.ResolveJob', id, 'printed', 'it had finished');
  t.is((await lab.job(id)).code, status.printed);
  t.is(await lab.pickUp(), id);
  t.is((await lab.job(id)).code, status.picked);
  t.is(await lab.startsOfJob(id), 1);
});

test.serial('away for less than PRINTER_LOST_AFTER: the job goes on', async t => {
  const id = await printing(10);
  lab.printer.proxy.close();
  const plc = await lab.ua('plc');
  await until(
    'the printer to be unreachable',
    async () => (await plc.value('Printers/Printer1/State')) === 'unreachable',
  );
  t.is((await lab.job(id)).code, status.printing);
  t.not((await lab.job(id)).waitingReason, '', 'and it says why nothing moves');
  lab.printer.proxy.open();
  await lab.waitForJob(id, 'printed');
  t.false((await lab.history(id)).includes('unknown'));
  t.is(await lab.pickUp(), id);
  t.is(await lab.startsOfJob(id), 1);
});

test.serial(
  'away for longer: unknown, and followed again when its own file is still being printed',
  async t => {
    // Longer than the server's pause between two tries to reach a printer that is away.
    const id = await printing(120);
    lab.printer.proxy.close();
    await lab.waitForJob(id, 'unknown', (LOST_AFTER + 30) * 1000);
    t.not(await reasonOf(id), '');
    lab.printer.proxy.open();
    await lab.waitForJob(id, 'printing', 75_000);
    await (await lab.ua('plc')).ok('Jobs.CancelJob', id, 'seen enough');
    await lab.waitForJob(id, 'cancelled');
    t.is(await lab.pickUp(), id);
    t.is(await lab.startsOfJob(id), 1);
  },
);

test.serial('the server is down while the print ends: the outcome is found afterwards', async t => {
  const id = await printing(4);
  await lab.server.kill();
  await lab.forgetSessions();
  await sleep(5000);
  await lab.server.start();
  await lab.waitForJob(id, 'printed');
  t.is(await lab.pickUp(), id);
  t.is(await lab.startsOfJob(id), 1);
});
