/**
 * Random troubles around every call to a printer and every request of it: at most one print for each job, each start
 * sent once, and always an end that is true.
 */
import test from 'ava';
import fc from 'fast-check';
import type { PrinterDriver } from '../../src/app/ports.ts';
import type { Job } from '../../src/domain/job.ts';
import type { JobStatus } from '../../src/domain/job-status.ts';
import type { DriverCall } from './lab/connection.ts';
import type { Mishap } from './mishaps.ts';
import { createOnePrinter, never, type SteppingClock, steppingClock } from './one-printer.ts';
import { Killed, troubledDriver } from './troubled-driver.ts';

/** More of them: `RANDOM_RUNS=2000`; others: `RANDOM_SEED`; the same again: that seed as it was printed. */
const RUNS = Number(process.env.RANDOM_RUNS ?? 100);
const SEED = Number(process.env.RANDOM_SEED ?? 20260105);

/** Looks at the printer within which everything has come to an end. */
const ROUNDS = 120;
/** ms between two of them */
const ROUND = 5_000;
/** The calls of a driver that a plan reaches. */
const CALLS = 50;

/** Long enough for a busy machine: nothing that is planned here is waited for. */
export const timeouts = { status: 5_000, command: 5_000, uploadIdle: 5_000, cancel: 5_000 };

/** A stand-in, and what can be done to it. Its prints end when they are told to. */
export interface Subject {
  newDriver(): PrinterDriver;
  /** Names of the prints that have physically begun, in order. */
  readonly started: readonly string[];
  mishap(mishap: Mishap, match: RegExp): unknown;
  /** Somebody else prints. */
  startForeign(file: string): void;
  /** What prints comes to its end. */
  finish(): void;
  /** Extra troubles. */
  readonly happen: Readonly<Record<string, () => void>>;
  /** Those of them with which a print ends: what became of it may not be known then. */
  readonly ending: readonly string[];
  /** It shows for a moment only how a print ended. */
  readonly endPasses?: boolean;
  stop(): Promise<void>;
}

const quickMishaps = [
  'lostRequest',
  'halfRequest',
  'lostAnswer',
  'error500',
  'garbage',
  'garbledAnswer',
] as const satisfies readonly Mishap[];
const fullAt = ['starting', 'printing', 'paused', 'printed', 'cancelled', 'approved'] as const;

type Trouble =
  | { readonly kind: 'killedBefore' | 'killedAfter' }
  /** The disk has no room for that step, until it has failed once. */
  | { readonly kind: 'diskFull'; readonly at: (typeof fullAt)[number] }
  /** The next request, or the next that changes something. */
  | { readonly kind: 'mishap'; readonly mishap: Mishap; readonly changing: boolean }
  | { readonly kind: 'extra'; readonly name: string };

interface Plan {
  /** By the number of the driver's call. */
  readonly troubles: Readonly<Record<string, Trouble>>;
  /** Else it is printed to its end. */
  readonly cancels: boolean;
}

const planArbitrary = (extras: readonly string[]): fc.Arbitrary<Plan> => {
  const trouble: fc.Arbitrary<Trouble> = fc.oneof(
    fc.record({ kind: fc.constantFrom('killedBefore' as const, 'killedAfter' as const) }),
    fc.record({ kind: fc.constant('diskFull' as const), at: fc.constantFrom(...fullAt) }),
    fc.record({
      kind: fc.constant('mishap' as const),
      mishap: fc.constantFrom(...quickMishaps),
      changing: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('extra' as const), name: fc.constantFrom(...extras) }),
  );
  const call = fc.integer({ min: 1, max: CALLS }).map(String);
  return fc.record({ troubles: fc.dictionary(call, trouble, { maxKeys: 6 }), cancels: fc.boolean() });
};

const JOB = 2;
const FOREIGN = 'their.gcode';
const ended: readonly JobStatus[] = ['printed', 'cancelled', 'failed', 'unknown'];

/** @returns what is wrong; undefined when all is well */
const run = async (
  startSubject: (clock: SteppingClock) => Promise<Subject>,
  { troubles, cancels }: Plan,
): Promise<object | undefined> => {
  const clock = steppingClock();
  const subject = await startSubject(clock);
  try {
    const lab = await createOnePrinter({ clock });
    const sent: unknown[] = [];
    let armed = false;
    let count = 0;
    let printEnded = false;
    let isOver = false;
    let missedEnd = false;

    const meet = (call: DriverCall, file: unknown): 'killedBefore' | 'killedAfter' | undefined => {
      if (call === 'start') sent.push(file);
      if (!armed) return undefined;
      count += 1;
      const trouble = troubles[String(count)];
      if (trouble === undefined) return undefined;
      missedEnd ||= isOver;
      switch (trouble.kind) {
        case 'diskFull':
          lab.failStoring(trouble.at);
          return undefined;
        case 'mishap':
          subject.mishap(trouble.mishap, trouble.changing ? /^(?:POST|PUT|DELETE) / : /./);
          return undefined;
        case 'extra':
          subject.happen[trouble.name]?.();
          printEnded ||= subject.ending.includes(trouble.name);
          return undefined;
        default:
          return trouble.kind;
      }
    };
    const newWorker = () => lab.worker(troubledDriver(subject.newDriver(), meet));
    let worker = newWorker();

    // Once something was printed, every kind of printer can prove that a start never came.
    subject.startForeign(FOREIGN);
    await worker.look(never);
    subject.finish();
    clock.advance(ROUND);
    await worker.look(never);
    clock.advance(ROUND * 3);
    await lab.clearBed();
    await lab.schedule(JOB);
    armed = true;

    /** What people do to it, one after the other: pause, resume, and then its end. */
    let wish: 'pause' | 'resume' | 'end' = 'pause';
    const attend = async ({ status, requested }: Job): Promise<void> => {
      if (status === 'approved') await lab.schedule(JOB);
      if (requested !== null) return;
      if (status === 'paused') {
        wish = 'end';
        await lab.request('resume', JOB);
      } else if (status === 'printing' && wish === 'pause') {
        wish = 'resume';
        await lab.request('pause', JOB);
      } else if (status === 'printing' && cancels) {
        isOver = true;
        await lab.cancel(JOB);
      } else if (status === 'printing') {
        isOver = true;
        subject.finish();
      }
    };

    for (let round = 0; round < ROUNDS; round++) {
      clock.advance(ROUND);
      try {
        await worker.look(never);
        const job = await lab.job(JOB);
        if (ended.includes(job.status)) break;
        await attend(job);
      } catch (error) {
        lab.failStoring(undefined);
        if (error instanceof Killed) worker = newWorker();
      }
    }
    const { status, history, baseline } = await lab.job(JOB);
    const ours = subject.started.filter(file => file !== FOREIGN);
    // The look before the start got no answer: nothing shows then whether a start came through.
    const blind = subject.newDriver().baseline !== undefined && baseline === null;
    const givenUp = status === 'failed' && ours.length === 0;
    const bed = (await lab.bed()).state;
    const wrong = {
      'it was started more than once': ours.length > 1,
      'a start was sent twice': new Set(sent).size < sent.length,
      'it came to no end': !ended.includes(status),
      'it is told as printed and was not': status === 'printed' && (ours.length === 0 || cancels),
      'it is told as cancelled and was not': status === 'cancelled' && !cancels && !printEnded,
      'nobody knows what became of it':
        status === 'unknown' && !printEnded && !blind && !(subject.endPasses === true && missedEnd),
      'it is told as failed and was not': status === 'failed' && !givenUp && !printEnded,
      'the bed is not as it was left': bed !== (givenUp ? 'clear' : 'occupied') && !(givenUp && printEnded),
    };
    const found = Object.entries(wrong).flatMap(([words, is]) => (is ? [words] : []));
    return found.length === 0 ? undefined : { found, status, bed, started: subject.started, sent, history };
  } finally {
    await subject.stop();
  }
};

export const testRandomTroubles = (
  name: string,
  extras: readonly string[],
  start: (clock: SteppingClock) => Promise<Subject>,
): void => {
  test.serial(
    `${name}: whatever breaks, a job is started once and always comes to an end that is true`,
    async t => {
      t.timeout(RUNS * 1_000 + 60_000);
      t.log(`seed ${SEED}, ${RUNS} runs`);
      const property = fc.asyncProperty(planArbitrary(extras), async plan => {
        const wrong = await run(start, plan);
        if (wrong !== undefined) throw new Error(JSON.stringify(wrong, null, 1));
      });
      const details = await fc.check(property, { seed: SEED, numRuns: RUNS });
      const { failed, seed, counterexample, counterexamplePath, errorInstance, numRuns } = details;
      const why = errorInstance instanceof Error ? errorInstance.message : '';
      t.false(failed, `seed ${seed}, path ${counterexamplePath}\n${JSON.stringify(counterexample)}\n${why}`);
      t.is(numRuns, RUNS);
    },
  );
};
