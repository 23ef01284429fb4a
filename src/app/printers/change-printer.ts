import { isDeepStrictEqual } from 'node:util';
import { newBed } from '../../domain/bed.ts';
import { isSameConnection } from '../../domain/connection.ts';
import type { Step } from '../../domain/job.ts';
import type { LearnedField, Printer } from '../../domain/printer.ts';
import { adminRoles } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { Application, ChangePrinterCommand } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Transaction } from '../ports.ts';
import { stepBy } from '../step-by.ts';
import { checkAddressIsFree, isElsewhere } from './address.ts';
import { checkNotInUse } from './check-not-in-use.ts';
import { findPrinter } from './find-printer.ts';
import { entered } from './learn-printer.ts';
import {
  checkedApiKey,
  checkedBedSize,
  checkedCameraUrl,
  checkedNozzle,
  checkedPrinterUrl,
  checkedUsername,
  checkedWord,
} from './printer-fields.ts';
import { unscheduleJobs } from './unschedule-jobs.ts';

const learnable: readonly LearnedField[] = ['model', 'nozzleDiameter', 'bedSize'];

const changed = (printer: Printer, command: ChangePrinterCommand): Printer => ({
  ...entered(
    printer,
    learnable.filter(field => command[field] !== undefined),
  ),
  ...(command.url !== undefined && { url: checkedPrinterUrl(printer.api, command.url) }),
  ...(command.apiKey !== undefined && {
    apiKey: checkedApiKey(printer.api, command.apiKey, command.username ?? printer.username),
  }),
  ...(command.username !== undefined && { username: checkedUsername(printer.api, command.username) }),
  ...(command.group !== undefined && { group: checkedWord('group', command.group) || 'default' }),
  ...(command.model !== undefined && { model: checkedWord('model', command.model) }),
  ...(command.nozzleDiameter !== undefined && { nozzleDiameter: checkedNozzle(command.nozzleDiameter) }),
  ...(command.bedSize !== undefined && { bedSize: checkedBedSize(command.bedSize) }),
  ...(command.material !== undefined && { material: checkedWord('material', command.material) }),
  ...(command.colour !== undefined && { colour: checkedWord('colour', command.colour) }),
  ...(command.cameraUrl !== undefined && { cameraUrl: checkedCameraUrl(command.cameraUrl) }),
  ...(command.worker !== undefined && { worker: command.worker }),
});

/** What the machine at the old address told of itself. */
const untold = ({ takesBgcode: _, identity: __, learned = [], ...printer }: Printer): Printer => ({
  ...printer,
  ...(learned.includes('model') && { model: '' }),
  ...(learned.includes('nozzleDiameter') && { nozzleDiameter: null }),
  ...(learned.includes('bedSize') && { bedSize: null }),
});

/** Over another connection it is looked at before it gets a job. */
const reconnected = (before: Printer, after: Printer): Printer => {
  if (isSameConnection(before, after)) return after;
  const { identified: _, ...printer } = after;
  return isElsewhere(before, after) ? untold(printer) : printer;
};

/**
 * At the new address may stand another machine: nobody has looked at its bed, and what was going up went elsewhere.
 * @throws Refusal InvalidState while the machine at the old address is in use
 */
const move = async (tx: Transaction, before: Printer, after: Printer, step: Step): Promise<void> => {
  await checkAddressIsFree(tx, after);
  await checkNotInUse(tx, before);
  await unscheduleJobs(tx, before.name, { ...step, reason: `${before.name} got another address.` });
  tx.put('beds', newBed(after, step.time, false));
};

/** What decides which files it can print, and which jobs want it. */
const suits = ({ group, model, nozzleDiameter, bedSize, material }: Printer) => ({
  group,
  model,
  nozzleDiameter,
  bedSize,
  material,
});

/** Name and api stay: a machine of another kind is another printer. */
export const createChangePrinter =
  ({ commit, clock, lookNow }: ApplicationDeps): Application['changePrinter'] =>
  async (actor, name, command) => {
    checkRole(actor, adminRoles, 'change printers');
    const after = await commit({ actor: actor.accountId }, async tx => {
      const printer = await findPrinter(tx, name);
      const next = reconnected(printer, changed(printer, command));
      if (isDeepStrictEqual(next, printer)) return printer;
      const step = stepBy(clock, actor);
      if (isElsewhere(printer, next)) await move(tx, printer, next, step);
      tx.put('printers', next);
      if (!isDeepStrictEqual(suits(next), suits(printer))) {
        const reason = `What ${printer.name} can print was changed.`;
        await unscheduleJobs(tx, printer.name, { ...step, reason });
      }
      if (printer.worker && !next.worker) {
        const reason = `The worker of ${printer.name} was stopped.`;
        await unscheduleJobs(tx, printer.name, { ...step, reason });
      }
      return next;
    });
    // Also when nothing is new: who mends a printer wants to see it answer.
    lookNow?.(after.id);
    return after;
  };
