import test from 'ava';
import type { PrinterDriver } from '../../src/app/ports.ts';
import type { PrinterState } from '../../src/domain/printer.ts';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { snapshotOf } from '../support/fakes.ts';
import { mockPrinter } from '../support/mock-printer.ts';
import { createOnePrinter, never, steppingClock } from '../support/one-printer.ts';

/** A host that shows another print at each look. */
const setUp = async (state: PrinterState) => {
  const clock = steppingClock();
  const lab = await createOnePrinter({ clock });
  const mock = createMockDriver({ physics: mockPrinter({ clock }), clock });
  let shown = 0;
  let isSane = false;
  const driver: PrinterDriver = {
    ...mock,
    async read() {
      if (isSane) return snapshotOf('idle', { time: clock.now().toISOString() });
      shown += 1;
      const file = `job${shown}.gcode`;
      const rest = { progress: 1, timeUsed: 1, timeLeft: 1, timeLeftApprox: null };
      return snapshotOf(state, {
        job: { file, ...rest, native: { path: file } },
        time: clock.now().toISOString(),
      });
    },
    outcomeOf: async () => ({ kind: 'unknown', reason: 'It does not tell.' }),
  };
  const worker = lab.worker(driver);
  return {
    lab,
    clock,
    calm: () => {
      isSane = true;
    },
    looks: async (count: number) => {
      for (let turn = 0; turn < count; turn++) {
        clock.advance(1_000);
        await worker.look(never);
      }
    },
  };
};

for (const state of ['printing', 'finished'] as const) {
  test(`a host that shows another print as ${state} at each look makes a bounded number of jobs`, async t => {
    const { lab, looks } = await setUp(state);
    await lab.schedule();
    await looks(300);
    const jobs = (await lab.jobs()).filter(({ fromServer }) => !fromServer);
    t.true(jobs.length >= 10 && jobs.length <= 13, `${jobs.length} jobs`);
    t.not((await lab.bed()).state, 'clear', 'somebody has to look');
    t.is((await lab.job()).status, 'approved', 'nothing is started there');
    const told = lab.log.lines.filter(({ message }) => /another print again and again/.test(message));
    t.is(told.length, 1);
    if (state === 'printing') t.is(lab.live.read('Printer1')?.state, 'attention');
  });
}

test('a bed that was confirmed is doubted again while such prints go on, and counts once they end', async t => {
  const { lab, looks, calm } = await setUp('finished');
  await looks(100);
  await lab.clearBed();
  await looks(2);
  t.not((await lab.bed()).state, 'clear');
  calm();
  await lab.clearBed();
  await looks(5);
  t.is((await lab.bed()).state, 'clear');
});

test('as many prints as people start at a printer are all jobs', async t => {
  const { lab, looks, clock } = await setUp('finished');
  for (let count = 0; count < 30; count++) {
    await looks(1);
    clock.advance(10 * 60_000);
  }
  t.is((await lab.jobs()).length, 30);
});
