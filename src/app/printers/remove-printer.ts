import { Refusal } from '../../domain/refusal.ts';
import { adminRoles } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { stepBy } from '../step-by.ts';
import { checkNotInUse } from './check-not-in-use.ts';
import { findBed, noPrinter, printerRow } from './find-printer.ts';
import { unscheduleJobs } from './unschedule-jobs.ts';

/** Its row stays, without its key, since its name never comes back; removing it again holds already. */
export const createRemovePrinter =
  ({ commit, clock }: ApplicationDeps): Application['removePrinter'] =>
  async (actor, name) => {
    checkRole(actor, adminRoles, 'remove printers');
    await commit({ actor: actor.accountId }, async tx => {
      const printer = await printerRow(tx, name);
      if (printer === undefined) throw noPrinter(name);
      if (printer.removed) return;
      await checkNotInUse(tx, printer);
      const bed = await findBed(tx, printer);
      if (bed.state !== 'clear') {
        throw new Refusal(
          'InvalidState',
          `The bed of ${printer.name} is not clear: clear and confirm it first.`,
        );
      }
      await unscheduleJobs(tx, printer.name, stepBy(clock, actor, `${printer.name} was removed.`));
      tx.put('printers', { ...printer, apiKey: '', worker: false, removed: true });
    });
  };
