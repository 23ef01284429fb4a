import { newBed } from '../../domain/bed.ts';
import type { Printer } from '../../domain/printer.ts';
import { Refusal } from '../../domain/refusal.ts';
import { adminRoles } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { AddPrinterCommand, Application, RequiredOfPrinter } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { nextNumber } from '../next-number.ts';
import type { ProbeReport } from '../ports.ts';
import { checkIsFree } from './check-is-free.ts';
import { firstReading } from './first-reading.ts';
import { probed } from './learn-printer.ts';
import { checkedBedSize, checkedCameraUrl, checkedNozzle, checkedWord } from './printer-fields.ts';
import { lookAt, targetOf } from './probe-printer.ts';

const fieldsOf = (command: AddPrinterCommand, createTime: string): Omit<Printer, 'id'> => ({
  ...targetOf(command),
  group: checkedWord('group', command.group) || 'default',
  model: checkedWord('model', command.model),
  nozzleDiameter: checkedNozzle(command.nozzleDiameter),
  ...(command.bedSize && { bedSize: checkedBedSize(command.bedSize) }),
  material: checkedWord('material', command.material),
  ...(command.colour && { colour: checkedWord('colour', command.colour) }),
  cameraUrl: checkedCameraUrl(command.cameraUrl),
  worker: command.worker,
  maintenance: { on: false, reason: '' },
  removed: false,
  createTime,
});

const checkRequired = ({ reached, problem }: ProbeReport, required: RequiredOfPrinter | undefined): void => {
  if (problem === null || required === undefined || (required === 'reached' && reached)) return;
  throw new Refusal('PrinterUnavailable', `Nothing was added. ${problem.message}`);
};

/**
 * Labs add printers before these are powered, so one that cannot be reached is added too, unless more is required. The
 * bed of a real printer is occupied until someone confirms that it is clear; a mock's is known.
 */
export const createAddPrinter =
  ({ store, commit, clock, live, probe }: ApplicationDeps): Application['addPrinter'] =>
  async (actor, command, { require } = {}) => {
    checkRole(actor, adminRoles, 'add printers');
    const createTime = clock.now().toISOString();
    const fields = fieldsOf(command, createTime);
    // Nothing is asked of a machine that belongs to another printer.
    await checkIsFree(store, fields);
    const report = await lookAt(probe, fields);
    checkRequired(report, require);
    const printer = await commit({ actor: actor.accountId }, async tx => {
      await checkIsFree(tx, fields);
      const added: Printer = { id: await nextNumber(tx, 'printers'), ...probed(fields, report) };
      tx.put('printers', added);
      tx.put('beds', newBed(added, createTime, added.api === 'Mock'));
      return added;
    });
    const seen = firstReading(printer, report, clock.now().toISOString());
    // The worker may have been quicker, and of a printer without one it is said that nobody reads it.
    if (seen !== undefined && printer.worker && live.read(printer.name) === undefined) {
      live.write(printer.name, seen);
    }
    return { printer, report };
  };
