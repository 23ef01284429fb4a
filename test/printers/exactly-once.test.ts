import test from 'ava';
import fc from 'fast-check';
import { createOctoPrintDriver } from '../../src/printers/drivers/octoprint/octoprint.ts';
import { API_KEY, startFakeOctoPrint } from '../support/fake-octoprint.ts';
import { createOnePrinter, never, steppingClock } from '../support/one-printer.ts';
import { Killed, troubledDriver } from '../support/troubled-driver.ts';

const troubles = [
  'killedBefore',
  'killedAfter',
  'requestLost',
  'answerLost',
  'restarted',
  'diskFull',
] as const;
type Trouble = (typeof troubles)[number];

const timeouts = { status: 5_000, command: 5_000, uploadIdle: 5_000 };

/** Undefined when all is well, else what is wrong. */
const run = async (plan: Readonly<Record<string, Trouble>>): Promise<object | undefined> => {
  const clock = steppingClock();
  const printer = await startFakeOctoPrint(clock.now);
  try {
    const lab = await createOnePrinter({ clock });
    const plain = createOctoPrintDriver({ url: printer.url, apiKey: API_KEY }, { clock, timeouts });
    let count = 0;
    let restarted = false;
    const planned = (): Trouble | undefined => {
      count += 1;
      return plan[String(count)];
    };
    const driver = troubledDriver(plain, planned, trouble => {
      if (trouble === 'diskFull')
        lab.failStoring((['starting', 'printing', 'printed', 'approved'] as const)[count % 4]);
      if (trouble !== 'restarted') return;
      printer.restart();
      restarted = true;
    });
    await lab.schedule();
    let worker = lab.worker(driver);
    let seen = 0;
    for (let round = 0; round < 60; round++) {
      clock.advance(5_000);
      try {
        await worker.look(never);
      } catch (error) {
        if (error instanceof Killed) worker = lab.worker(driver);
        else lab.failStoring(undefined);
      }
      const { status } = await lab.job();
      if (status === 'approved') await lab.schedule();
      if (status === 'printing' && printer.started.length > 0 && ++seen === 2) printer.finish();
      if (status === 'printed' || status === 'unknown' || status === 'failed') break;
    }
    const { status, history } = await lab.job();
    const known = status === 'printed' && printer.started.length === 1;
    const honest = restarted && status === 'unknown' && printer.started.length <= 1;
    // So much went wrong that it was given up, with nothing printed.
    const givenUp = status === 'failed' && printer.started.length === 0;
    const bed = givenUp ? 'clear' : 'occupied';
    return (known || honest || givenUp) && (await lab.bed()).state === bed
      ? undefined
      : { status, history, started: printer.started };
  } finally {
    await printer.stop();
  }
};

test('whatever breaks, and however often, a job never prints twice and always comes to an end', async t => {
  t.timeout(60_000);
  const plans = fc.dictionary(fc.integer({ min: 1, max: 40 }).map(String), fc.constantFrom(...troubles), {
    maxKeys: 6,
  });
  const property = fc.asyncProperty(plans, async plan => {
    const wrong = await run(plan);
    if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
  });
  await t.notThrowsAsync(fc.assert(property, { numRuns: 60, interruptAfterTimeLimit: 15_000 }));
});
