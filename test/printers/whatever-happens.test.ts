import test from 'ava';
import fc from 'fast-check';
import { play } from '../support/whatever-happens/play.ts';
import { stepsArbitrary } from '../support/whatever-happens/steps.ts';

/** More of them: `WHATEVER_RUNS=5000`; the same again: `WHATEVER_SEED` as it was printed. */
const RUNS = Number(process.env.WHATEVER_RUNS ?? 300);
const SEED = Number(process.env.WHATEVER_SEED ?? 20260105);

test('whatever happens, a job is started once, only onto a free bed, and everything comes to an end', async t => {
  t.timeout(RUNS * 1000 + 60_000);
  t.log(`seed ${SEED}, ${RUNS} runs`);
  const property = fc.asyncProperty(stepsArbitrary, async steps => {
    const wrong = await play(steps);
    if (wrong !== '') throw new Error(wrong);
  });
  const { failed, seed, counterexamplePath, errorInstance } = await fc.check(property, {
    seed: SEED,
    numRuns: RUNS,
  });
  const why = errorInstance instanceof Error ? (errorInstance.stack ?? '') : '';
  t.false(failed, `seed ${seed}, path ${counterexamplePath}\n${why}`);
});
