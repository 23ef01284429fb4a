import type { Actor } from '../../domain/account.ts';
import { checkedRight } from '../access/checked-right.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { stepBy } from '../step-by.ts';
import { findPrinter } from './find-printer.ts';
import { unscheduleJobs } from './unschedule-jobs.ts';

const switchWorker = (
  { commit, clock }: ApplicationDeps,
  actor: Actor,
  name: string,
  worker: boolean,
): Promise<void> =>
  commit({ actor: actor.accountId }, async tx => {
    const printer = await findPrinter(tx, name);
    if (printer.worker === worker) return;
    tx.put('printers', { ...printer, worker });
    if (worker) return;
    const step = stepBy(clock, actor, `The worker of ${printer.name} was stopped.`);
    await unscheduleJobs(tx, printer.name, step);
  });

export const createStartWorker =
  (deps: ApplicationDeps): Application['startWorker'] =>
  async (actor, printer) => {
    checkedRight(actor, 'StartWorker');
    await switchWorker(deps, actor, printer, true);
    // One that runs already may have a long wait before its next look.
    deps.lookNow?.((await findPrinter(deps.store, printer)).id);
  };

/** A running print goes on without being followed; a job that is reserved for the printer waits again. */
export const createStopWorker =
  (deps: ApplicationDeps): Application['stopWorker'] =>
  async (actor, printer) => {
    checkedRight(actor, 'StopWorker');
    await switchWorker(deps, actor, printer, false);
  };
