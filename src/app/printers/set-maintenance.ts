import { checkedText, MAX_REASON } from '../../domain/text.ts';
import { checkedRight } from '../access/checked-right.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { stepBy } from '../step-by.ts';
import { findPrinter } from './find-printer.ts';
import { unscheduleJobs } from './unschedule-jobs.ts';

/** A running print goes on; nothing new starts, and a job that is reserved for the printer waits again. */
export const createSetMaintenance =
  ({ commit, clock }: ApplicationDeps): Application['setMaintenance'] =>
  async (actor, name, on, reason) => {
    checkedRight(actor, 'SetMaintenance');
    const why = on ? checkedText('Reason', reason, MAX_REASON) : '';
    await commit({ actor: actor.accountId, reason: why }, async tx => {
      const printer = await findPrinter(tx, name);
      if (printer.maintenance.on === on && printer.maintenance.reason === why) return;
      tx.put('printers', { ...printer, maintenance: { on, reason: why } });
      if (!on) return;
      const said = `${printer.name} went into maintenance${why === '' ? '.' : `: ${why}`}`;
      await unscheduleJobs(tx, printer.name, stepBy(clock, actor, said));
    });
  };
