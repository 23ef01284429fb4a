import { isDeepStrictEqual } from 'node:util';
import type { Printer } from '../../domain/printer.ts';
import { adminRoles } from '../../domain/rights.ts';
import { checkRole } from '../accounts/check-role.ts';
import type { Application, ChangePrinterCommand } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { findPrinter } from './find-printer.ts';
import {
  checkedApiKey,
  checkedCameraUrl,
  checkedNozzle,
  checkedPrinterUrl,
  checkedWord,
} from './printer-fields.ts';
import { unscheduleJobs } from './unschedule-jobs.ts';

const changed = (printer: Printer, command: ChangePrinterCommand): Printer => ({
  ...printer,
  ...(command.url !== undefined && { url: checkedPrinterUrl(printer.api, command.url) }),
  ...(command.apiKey !== undefined && { apiKey: checkedApiKey(printer.api, command.apiKey) }),
  ...(command.group !== undefined && { group: checkedWord('group', command.group) || 'default' }),
  ...(command.model !== undefined && { model: checkedWord('model', command.model) }),
  ...(command.nozzleDiameter !== undefined && { nozzleDiameter: checkedNozzle(command.nozzleDiameter) }),
  ...(command.material !== undefined && { material: checkedWord('material', command.material) }),
  ...(command.cameraUrl !== undefined && { cameraUrl: checkedCameraUrl(command.cameraUrl) }),
  ...(command.worker !== undefined && { worker: command.worker }),
});

/** Name and api stay: a machine of another kind is another printer. */
export const createChangePrinter =
  ({ commit, clock }: ApplicationDeps): Application['changePrinter'] =>
  async (actor, name, command) => {
    checkRole(actor, adminRoles, 'change printers');
    return commit({ actor: actor.accountId }, async tx => {
      const printer = await findPrinter(tx, name);
      const next = changed(printer, command);
      if (isDeepStrictEqual(next, printer)) return printer;
      tx.put('printers', next);
      if (printer.worker && !next.worker) {
        const time = clock.now().toISOString();
        const reason = `The worker of ${printer.name} was stopped.`;
        await unscheduleJobs(tx, printer.name, { time, actor: actor.accountId, reason });
      }
      return next;
    });
  };
