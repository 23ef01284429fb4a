import type { AgeOf } from '../app/elapsed.ts';
import type { FollowContext } from '../app/follow-print/context.ts';
import { giveBack } from '../app/follow-print/give-back.ts';
import { losePrint, markUnreachable } from '../app/follow-print/unreachable.ts';
import type { LiveValues } from '../app/ports.ts';
import type { Job } from '../domain/job.ts';
import { lostSnapshot, type PrinterState } from '../domain/printer.ts';
import { stateSentence } from '../domain/printer-state.ts';
import { reconcileLoss } from '../domain/reconcile.ts';
import type { LostConnection } from './connection.ts';
import { lastProgressOf } from './last-progress.ts';
import { LONGEST_WAIT } from './loop.ts';

export interface LostPrinterDeps {
  readonly context: FollowContext;
  readonly live: LiveValues;
  readonly jobsHere: () => Promise<readonly Job[]>;
  readonly ageOf: AgeOf;
  /** ms until a print there counts as unknown. */
  readonly lostAfter: number;
}

/** What becomes of a printer's jobs while nobody knows what it does. */
export interface LostPrinter {
  /** Also shows it. @param wait ms until it is tried again */
  notReached(loss: LostConnection, wait: number): Promise<void>;
  lose(loss: Pick<LostConnection, 'since' | 'message'>, state: PrinterState): Promise<void>;
}

export const createLostPrinter = (deps: LostPrinterDeps): LostPrinter => {
  const { context, live, jobsHere, ageOf, lostAfter } = deps;
  const { clock, printer } = context;

  const lose: LostPrinter['lose'] = async (loss, state) => {
    const reason = stateSentence(state, loss.message);
    // From now on it counts, however the clock is set.
    ageOf(loss.since);
    for (const job of await jobsHere()) {
      const step = reconcileLoss({ job, ageOf, lostAfter });
      if (step === 'giveBack') await giveBack(context, job.id, reason);
      if (step === 'mark') {
        const progress = lastProgressOf(job, live.read(printer.name));
        await markUnreachable(context, job.id, loss.since, reason, progress);
      }
      if (step === 'lose')
        await losePrint(context, job.id, `It was away for too long to know the outcome. ${reason}`);
    }
  };

  return {
    lose,
    async notReached(loss, wait) {
      await lose(loss, loss.state);
      const now = clock.now();
      const nextTry = new Date(now.getTime() + wait * LONGEST_WAIT).toISOString();
      const message = `since ${toSecond(loss.since)}, next try by ${toSecond(nextTry)}: ${loss.message}`;
      live.write(printer.name, lostSnapshot(loss.state, message, now.toISOString()));
    },
  };
};

/** ISO 8601 without milliseconds, which nobody wants to read. */
const toSecond = (time: string): string => time.replace(/\.\d+Z$/, 'Z');
