import test from 'ava';
import { endPrint, MAX_STARTS } from '../../../src/app/follow-print/end-print.ts';
import { noteAttention } from '../../../src/app/follow-print/note-attention.ts';
import { recordPrint } from '../../../src/app/follow-print/record-print.ts';
import { storeIntent } from '../../../src/app/follow-print/store-intent.ts';
import {
  keepProgress,
  losePrint,
  markReached,
  markUnreachable,
} from '../../../src/app/follow-print/unreachable.ts';
import { withCancel } from '../../../src/app/jobs/cancel-job.ts';
import { snapshotOf } from '../../support/fakes.ts';
import { createOnePrinter, PRINTER, steppingClock } from '../../support/one-printer.ts';

const setUp = async () => {
  const clock = steppingClock();
  const lab = await createOnePrinter({ clock });
  const context = { commit: lab.commit, clock, printer: PRINTER };
  const neverStarted = { kind: 'neverStarted', reason: 'It never started.' } as const;
  return {
    ...lab,
    clock,
    context,
    async begin() {
      await lab.schedule();
      await storeIntent(context, 1, 'mes-1-1.gcode');
    },
    /** The printer goes away and comes back. */
    async flap() {
      await markUnreachable(context, 1, clock.now().toISOString(), 'No answer.', null);
      await markReached(context, 1);
    },
    endUnstarted: () => endPrint(context, 1, { outcome: neverStarted, progress: null }),
  };
};

test('a printer that comes and goes while a job is starting does not use up its starts', async t => {
  const { begin, flap, endUnstarted, job } = await setUp();
  await begin();
  for (let time = 0; time < MAX_STARTS; time += 1) await flap();
  t.is((await job()).history.filter(({ status }) => status === 'starting').length, 1 + MAX_STARTS);
  await endUnstarted();
  t.is((await job()).status, 'approved');
});

test('a job is given up after so many starts that came to nothing', async t => {
  const { begin, endUnstarted, job } = await setUp();
  for (let start = 1; start < MAX_STARTS; start += 1) {
    await begin();
    await endUnstarted();
    t.is((await job()).status, 'approved', `after start ${start}`);
  }
  await begin();
  await endUnstarted();
  t.is((await job()).status, 'failed');
});

const MINUTE = 60_000;

/** A print that has run for 10 minutes when nobody looks any more; looked at again after an hour. */
const afterOutage = async (told: (started: number) => number, lastSeen: string | null = null) => {
  const lab = await setUp();
  await lab.begin();
  const seen = {
    file: 'mes-1-1.gcode',
    progress: 0,
    timeUsed: 0,
    timeLeft: null,
    timeLeftApprox: null,
    native: {},
  };
  await recordPrint(lab.context, 1, 'printing', seen);
  const started = lab.clock.now().getTime();
  lab.clock.advance(60 * MINUTE);
  const endTime = new Date(told(started)).toISOString();
  const outcome = { kind: 'failed', reason: 'The printer failed: MINTEMP', endTime } as const;
  await endPrint(lab.context, 1, { outcome, progress: 40, lastSeen });
  const job = await lab.job();
  return {
    minutes: (Date.parse(job.endTime ?? '') - started) / MINUTE,
    reason: job.history.at(-1)?.reason,
    time: job.history.at(-1)?.time,
    now: lab.clock.now().toISOString(),
  };
};

test('a print that ended while nobody looked has the end of the record, and says that it was learned later', async t => {
  const { minutes, reason, time, now } = await afterOutage(started => started + 25 * MINUTE);
  t.is(minutes, 25);
  t.is(time, now, 'the history tells when it was learned');
  t.is(
    reason,
    'The printer failed: MINTEMP (at 40 % after 25 min) ' +
      "Learned later: it ended at 2026-01-05T08:25:00Z by the printer's record.",
  );
});

for (const [what, told, lastSeen] of [
  ['before the start', (started: number) => started - MINUTE, null],
  ['in the future', (started: number) => started + 61 * MINUTE, null],
  ['before it was last seen', (started: number) => started + 25 * MINUTE, '2026-01-05T08:30:00.000Z'],
  ['just now', (started: number) => started + 60 * MINUTE - 5000, null],
] as const) {
  test(`an end by the printer's clock that is ${what} counts as now`, async t => {
    const { minutes, reason } = await afterOutage(told, lastSeen);
    t.is(minutes, 60);
    const got = lastSeen === null ? 'at 40 % after 1 h 0 min' : 'at least 40 % after at most 1 h 0 min';
    t.is(reason, `The printer failed: MINTEMP (${got})`);
  });
}

const STOPPED = { kind: 'cancelled', reason: 'PrusaLink shows it as stopped.' } as const;
const print = {
  file: 'mes-1-1.gcode',
  progress: 0,
  timeUsed: 0,
  timeLeft: null,
  timeLeftApprox: null,
  native: {},
};

const printing = async () => {
  const lab = await setUp();
  await lab.begin();
  await recordPrint(lab.context, 1, 'printing', print);
  const cancel = async (actor: string, reason: string) => {
    const before = await lab.job();
    const time = lab.clock.now().toISOString();
    await lab.commit({ actor }, async tx => tx.put('jobs', withCancel(before, { time, actor, reason })));
  };
  const last = async () => (await lab.job()).history.at(-1);
  return { ...lab, cancel, last };
};

test('a cancel of this server names why and has who asked as its actor, whatever was noted meanwhile', async t => {
  const { context, clock, cancel, last, job } = await printing();
  await cancel('a-1', 'Wrong file.');
  await noteAttention(context, await job(), snapshotOf('attention', { job: print, message: 'Filament out' }));
  clock.advance(25 * MINUTE);
  await endPrint(context, 1, { outcome: STOPPED, progress: 40 });
  t.like(await last(), {
    status: 'cancelled',
    actor: 'a-1',
    reason: 'Cancelled by its owner: Wrong file; the printer confirms (at 40 % after 25 min)',
  });
});

test('a cancel without a reason, by others, and one that the printer does not confirm', async t => {
  const first = await printing();
  await first.cancel('staff', '');
  await endPrint(first.context, 1, { outcome: STOPPED, progress: 40 });
  t.like(await first.last(), {
    actor: 'staff',
    reason: 'Cancelled by another account; the printer confirms (at 40 % after 0 s)',
  });
  const second = await printing();
  await second.cancel('staff', 'broken');
  const outcome = { kind: 'cancelled', reason: 'No record of it.', isUnconfirmed: true } as const;
  await endPrint(second.context, 1, { outcome, progress: 40 });
  t.is(
    (await second.last())?.reason,
    'Cancelled by another account: broken; it no longer runs: No record of it. (at 40 % after 0 s)',
  );
});

test('a cancel is known for what it was also after the printer was lost meanwhile', async t => {
  const { context, cancel, clock, last, job } = await printing();
  await cancel('a-1', 'late');
  await markUnreachable(context, 1, clock.now().toISOString(), 'No answer.', null);
  await losePrint(context, 1, 'It was away for too long.');
  t.is((await job()).status, 'unknown');
  await endPrint(context, 1, { outcome: STOPPED, progress: null });
  t.like(await last(), { status: 'cancelled', actor: 'a-1' });
  t.regex((await last())?.reason ?? '', /^Cancelled by its owner: late; the printer confirms/);
});

test('a stop at the printer is told apart from a cancel of this server', async t => {
  const { context, last } = await printing();
  await endPrint(context, 1, { outcome: STOPPED, progress: 40 });
  t.like(await last(), {
    actor: 'printer',
    reason: 'Stopped at the printer, not by this server: PrusaLink shows it as stopped (at 40 % after 0 s)',
  });
});

test('how far a print got that this process has not seen is told as no more than what is known', async t => {
  const failed = { kind: 'failed', reason: 'MINTEMP.' } as const;
  const first = await printing();
  first.clock.advance(100 * MINUTE);
  await endPrint(first.context, 1, { outcome: failed, progress: null });
  t.is((await first.last())?.reason, 'MINTEMP. (percentage not known after at most 1 h 40 min)');
  const second = await printing();
  await keepProgress(second.context, 1, 62.7);
  second.clock.advance(45_000);
  await endPrint(second.context, 1, { outcome: failed, progress: null });
  t.is((await second.last())?.reason, 'MINTEMP. (at least 62 % after at most 45 s)');
});

test('a clock that was set back since the start makes no negative time', async t => {
  const { begin, context, clock, job } = await setUp();
  await begin();
  const seen = { file: 'mes-1-1.gcode', progress: 5, timeUsed: 0, timeLeft: null, timeLeftApprox: null };
  await recordPrint(context, 1, 'printing', { ...seen, native: {} });
  clock.set(-86_400_000);
  await endPrint(context, 1, { outcome: { kind: 'failed', reason: 'MINTEMP' }, progress: 5 });
  t.notRegex((await job()).history.at(-1)?.reason ?? '', /-\d/);
});
