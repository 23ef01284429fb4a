import test from 'ava';
import { MAX_STARTS } from '../../src/app/follow-print/end-print.ts';
import type { PrinterDriver } from '../../src/app/ports.ts';
import { DriverError } from '../../src/app/ports.ts';
import { createMockDriver } from '../../src/printers/drivers/mock.ts';
import { snapshotOf } from '../support/fakes.ts';
import { mockPrinter } from '../support/mock-printer.ts';
import { createOnePrinter, never, type OnePrinter, steppingClock } from '../support/one-printer.ts';

type Obstacle = (lab: OnePrinter, tries: number) => Promise<ReturnType<typeof snapshotOf> | undefined>;

/** Something comes between, just before each start of a job. */
const triesWith = async (obstacle: Obstacle) => {
  const clock = steppingClock();
  const lab = await createOnePrinter({ clock });
  const mock = createMockDriver({ physics: mockPrinter({ clock }), clock });
  let tries = 0;
  let isUploaded = false;
  const driver: PrinterDriver = {
    ...mock,
    async upload(...given) {
      const name = await mock.upload(...given);
      isUploaded = true;
      tries += 1;
      return name;
    },
    async read(signal) {
      if (!isUploaded) return mock.read(signal);
      isUploaded = false;
      return (await obstacle(lab, tries)) ?? mock.read(signal);
    },
    start: () => Promise.reject(new Error('It must not be started.')),
  };
  const worker = lab.worker(driver);
  for (
    let count = 0;
    count < MAX_STARTS + 2 && (await lab.job().catch(() => undefined))?.status !== 'failed';
    count++
  ) {
    await lab.changePrinter({ maintenance: { on: false, reason: '' } });
    if ((await lab.bed()).state !== 'clear') await lab.clearBed();
    await lab.schedule();
    clock.advance(5_000);
    await worker.look(never);
  }
  const { status, history } = await lab.job();
  return { status, tries, reason: history.at(-1)?.reason ?? '' };
};

const another = (tries: number) => ({
  file: `theirs-${tries}.gcode`,
  progress: 1,
  timeUsed: 1,
  timeLeft: 1,
  timeLeftApprox: null,
  native: {},
});

for (const [what, obstacle, words] of [
  [
    'maintenance',
    async lab => {
      await lab.changePrinter({ maintenance: { on: true, reason: '' } });
      return undefined;
    },
    /in maintenance/,
  ],
  [
    'another print that was started there',
    async (_, tries) => snapshotOf('printing', { job: another(tries) }),
    /Another print was started/,
  ],
  [
    'another print that has ended there',
    async (_, tries) => snapshotOf('finished', { job: another(tries) }),
    /Another print has ended/,
  ],
] satisfies readonly (readonly [string, Obstacle, RegExp])[]) {
  test(`${what} costs a job none of its starts`, async t => {
    const { status, tries, reason } = await triesWith(obstacle);
    t.is(tries, MAX_STARTS + 2);
    t.is(status, 'approved');
    t.regex(reason, words);
  });
}

for (const [what, obstacle] of [
  [
    'is lost',
    async () => {
      throw new DriverError('unreachable', 'No answer.');
    },
  ],
  ['is in error', async () => snapshotOf('error', { message: 'Bad g-code' })],
] satisfies readonly (readonly [string, Obstacle])[]) {
  test(`a printer that ${what} each time it has a job's file fails the job in the end`, async t => {
    const { status, tries, reason } = await triesWith(obstacle);
    t.is(tries, MAX_STARTS);
    t.is(status, 'failed');
    t.regex(reason, /^Given up after 5 starts/);
  });
}
