import { isDeepStrictEqual } from 'node:util';
import type { Printer } from '../../domain/printer.ts';
import { Refusal } from '../../domain/refusal.ts';
import { staffRoles } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { Application, SetLoadedMaterialCommand } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { stepBy } from '../step-by.ts';
import { findPrinters } from './find-printer.ts';
import { entered } from './learn-printer.ts';
import { checkedNozzle, checkedWord } from './printer-fields.ts';
import { unscheduleJobs } from './unschedule-jobs.ts';

const MAX_PRINTERS = 1000;

const loaded = (printer: Printer, command: SetLoadedMaterialCommand): Printer => ({
  ...entered(printer, command.nozzleDiameter === undefined ? [] : ['nozzleDiameter']),
  ...(command.material !== undefined && { material: checkedWord('material', command.material) }),
  ...(command.colour !== undefined && { colour: checkedWord('colour', command.colour) }),
  ...(command.nozzleDiameter !== undefined && { nozzleDiameter: checkedNozzle(command.nozzleDiameter) }),
});

/** All of them or none; a job that is reserved for one may not fit it any more, and looks for a printer again. */
export const createSetLoadedMaterial =
  ({ commit, clock }: ApplicationDeps): Application['setLoadedMaterial'] =>
  async (actor, names, command) => {
    checkRole(actor, staffRoles, 'say what is loaded');
    if (names.length === 0 || names.length > MAX_PRINTERS) {
      throw new Refusal('InvalidArgument', `names takes 1 to ${MAX_PRINTERS} printers.`);
    }
    return commit({ actor: actor.accountId }, async tx => {
      const printers: Printer[] = [];
      for (const printer of await findPrinters(tx, names)) {
        const next = loaded(printer, command);
        printers.push(next);
        if (isDeepStrictEqual(next, printer)) continue;
        tx.put('printers', next);
        if (next.material === printer.material && next.nozzleDiameter === printer.nozzleDiameter) continue;
        const step = stepBy(clock, actor, `What is loaded on ${printer.name} was changed.`);
        await unscheduleJobs(tx, printer.name, step);
      }
      return printers;
    });
  };
