import type { AgeOf } from '../app/elapsed.ts';
import type { FollowContext } from '../app/follow-print/context.ts';
import { markTold, markUntold } from '../app/follow-print/untold.ts';
import type { Log, PrinterDriver } from '../app/ports.ts';
import { DriverError } from '../app/ports.ts';
import type { Job } from '../domain/job.ts';
import { type Decision, intentTimeOf, isJobActive, reconcile, type Situation } from '../domain/reconcile.ts';

/** Failures in a row until the job says so: one may be a hiccup, or the print is active after all. */
const FAILURES_UNTIL_TOLD = 3;

export interface EvidenceDeps {
  readonly context: FollowContext;
  readonly driver: Pick<PrinterDriver, 'outcomeOf'>;
  readonly log: Log;
  readonly ageOf: AgeOf;
  /** ms until a print whose end the printer does not tell counts as unknown. */
  readonly lostAfter: number;
}

/** Asks the printer what became of a job that it no longer shows as active. */
export interface Evidence {
  /** Decides again with its answer; without one a job waits for a bounded time, with the reason on it. */
  ask(situation: Situation, job: Job, stop: AbortSignal): Promise<Decision>;
  /** Of each reading: a print that goes on has come to nothing yet. */
  saw(situation: Situation): Promise<void>;
}

export const createEvidence = (deps: EvidenceDeps): Evidence => {
  const { context, driver, log, ageOf, lostAfter } = deps;
  const { printer } = context;
  let asked = '';
  let failing: { readonly jobId: number; readonly since: string; times: number } | undefined;

  const failed = async (job: Job, error: DriverError): Promise<Decision> => {
    // An unknown job is asked about again; there is nothing worse that it could become.
    if (job.status === 'unknown') return { step: 'nothing' };
    if (failing?.jobId !== job.id) {
      failing = { jobId: job.id, since: job.untold?.since ?? context.clock.now().toISOString(), times: 0 };
    }
    failing.times += 1;
    const { since, times } = failing;
    const age = ageOf(since);
    if (times < FAILURES_UNTIL_TOLD) return { step: 'nothing' };
    const reason = `${printer.name} does not tell what became of it: ${error.message}`;
    if (times === FAILURES_UNTIL_TOLD) log.warn({ job: job.id, reason: error.message }, 'No evidence');
    if (age < lostAfter) {
      await markUntold(context, job.id, since, reason);
      return { step: 'nothing' };
    }
    failing = undefined;
    return { step: 'end', outcome: { kind: 'unknown', reason } };
  };

  const told = async (job: Job): Promise<void> => {
    failing = undefined;
    if (job.untold !== undefined) await markTold(context, job.id);
  };

  return {
    async saw({ job, snapshot }) {
      if (job !== undefined && isJobActive(job, snapshot)) await told(job);
    },
    async ask(situation, job, stop) {
      // An unknown job is asked about when something has changed, not all day long.
      const question = `${job.id} ${situation.snapshot.state} ${situation.snapshot.job?.file ?? ''}`;
      if (job.status === 'unknown' && asked === question) return { step: 'nothing' };
      const print = {
        file: job.remoteName,
        native: job.native,
        baseline: job.baseline ?? null,
        intentTime: intentTimeOf(job),
        unique: job.fromServer,
      };
      try {
        const outcome = await driver.outcomeOf(print, stop);
        asked = question;
        await told(job);
        return reconcile({ ...situation, outcome });
      } catch (error) {
        if (stop.aborted || !(error instanceof DriverError)) throw error;
        return failed(job, error);
      }
    },
  };
};
