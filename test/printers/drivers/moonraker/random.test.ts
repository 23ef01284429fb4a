/** Random troubles around every call to a Klipper printer: at most one print, and always an end that is true. */
import test from 'ava';
import fc from 'fast-check';
import { createMoonrakerDriver } from '../../../../src/printers/drivers/moonraker/moonraker.ts';
import { startFakeMoonraker } from '../../../support/fake-moonraker.ts';
import { createOnePrinter, never, steppingClock } from '../../../support/one-printer.ts';
import { Killed, troubledDriver } from '../../../support/troubled-driver.ts';

const troubles = [
  'killedBefore',
  'killedAfter',
  'requestLost',
  'answerLost',
  'moonrakerRestarted',
  'klipperRestarted',
  'httpRequestLost',
  'httpAnswerLost',
  'diskFull',
] as const;
type Trouble = (typeof troubles)[number];

const timeouts = { status: 5_000, command: 5_000, uploadIdle: 5_000, cancel: 5_000 };

/** Undefined when all is well, else what is wrong. */
const run = async (plan: Readonly<Record<string, Trouble>>): Promise<object | undefined> => {
  const clock = steppingClock();
  const printer = await startFakeMoonraker({ now: clock.now });
  try {
    const lab = await createOnePrinter({ clock });
    let count = 0;
    let restarted = false;
    const planned = (): Trouble | undefined => {
      count += 1;
      return plan[String(count)];
    };
    const happen = (trouble: Trouble): void => {
      if (trouble === 'diskFull')
        lab.failStoring((['starting', 'printing', 'printed', 'approved'] as const)[count % 4]);
      if (trouble === 'moonrakerRestarted') printer.restart();
      if (trouble === 'httpRequestLost') printer.fault(/./, 'lostRequest');
      if (trouble === 'httpAnswerLost') printer.fault(/./, 'lostAnswer');
      if (trouble !== 'klipperRestarted') return;
      printer.loseKlipper();
      printer.findKlipper();
      restarted = true;
    };
    const { url, apiKey } = printer;
    const newDriver = () =>
      troubledDriver(createMoonrakerDriver({ url, apiKey }, { clock, timeouts }), planned, happen);
    await lab.schedule();
    let worker = lab.worker(newDriver());
    for (let round = 0; round < 80; round++) {
      clock.advance(5_000);
      printer.advance(5_000);
      try {
        await worker.look(never);
      } catch (error) {
        if (error instanceof Killed) worker = lab.worker(newDriver());
        else lab.failStoring(undefined);
      }
      const { status } = await lab.job();
      if (status === 'approved') await lab.schedule();
      if (['printed', 'unknown', 'failed'].includes(status)) break;
    }
    const { status, history } = await lab.job();
    const [first, ...others] = printer.started;
    const once = others.length === 0;
    const known = status === 'printed' && first !== undefined;
    const honest = restarted && (status === 'unknown' || status === 'failed');
    // So much went wrong that it was given up, with nothing printed.
    const givenUp = status === 'failed' && first === undefined;
    const bed = givenUp && !restarted ? ['clear'] : givenUp ? ['clear', 'occupied'] : ['occupied'];
    return once && (known || honest || givenUp) && bed.includes((await lab.bed()).state)
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
