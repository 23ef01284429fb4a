import test from 'ava';
import { endPrint, MAX_STARTS } from '../../../src/app/follow-print/end-print.ts';
import { storeIntent } from '../../../src/app/follow-print/store-intent.ts';
import { markReached, markUnreachable } from '../../../src/app/follow-print/unreachable.ts';
import { createOnePrinter, PRINTER, steppingClock } from '../../support/one-printer.ts';

const setUp = async () => {
  const clock = steppingClock();
  const lab = await createOnePrinter({ clock });
  const context = { commit: lab.commit, clock, printer: PRINTER };
  const neverStarted = { kind: 'neverStarted', reason: 'It never started.' } as const;
  return {
    ...lab,
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
