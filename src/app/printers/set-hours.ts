import { isDeepStrictEqual } from 'node:util';
import type { Printer } from '../../domain/printer.ts';
import { isAlwaysOpen } from '../../domain/printing-hours.ts';
import { staffRoles } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { stepBy } from '../step-by.ts';
import { findPrinter } from './find-printer.ts';
import { unscheduleJobs } from './unschedule-jobs.ts';

/** What prints goes on; a job that is reserved for the printer waits again, and may have to wait for its hours. */
export const createSetHours =
  ({ commit, clock }: ApplicationDeps): Application['setHours'] =>
  async (actor, name, hours) => {
    checkRole(actor, staffRoles, 'set printing hours');
    await commit({ actor: actor.accountId }, async tx => {
      const { hours: before, ...printer } = await findPrinter(tx, name);
      const next: Printer = isAlwaysOpen(hours) ? printer : { ...printer, hours };
      if (isDeepStrictEqual(next.hours, before)) return;
      tx.put('printers', next);
      const step = stepBy(clock, actor, `The hours of ${printer.name} were changed.`);
      await unscheduleJobs(tx, printer.name, step);
    });
  };
