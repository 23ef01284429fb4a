import { newBed } from '../../domain/bed.ts';
import type { Printer } from '../../domain/printer.ts';
import { Refusal } from '../../domain/refusal.ts';
import { adminRoles } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import { nextNumber } from '../next-number.ts';
import { checkAddressIsFree } from './address.ts';
import { printerRow } from './find-printer.ts';
import { firstReading } from './first-reading.ts';
import { probed } from './learn-printer.ts';
import {
  checkedApiKey,
  checkedBedSize,
  checkedCameraUrl,
  checkedNozzle,
  checkedPrinterName,
  checkedPrinterUrl,
  checkedUsername,
  checkedWord,
} from './printer-fields.ts';

/** The bed of a real printer is occupied until someone confirms that it is clear; a mock's is known. */
export const createAddPrinter =
  ({ commit, clock, live }: ApplicationDeps): Application['addPrinter'] =>
  async (actor, command, probe) => {
    checkRole(actor, adminRoles, 'add printers');
    const name = checkedPrinterName(command.name);
    const createTime = clock.now().toISOString();
    const fields = {
      name,
      nameKey: name.toLowerCase(),
      api: command.api,
      url: checkedPrinterUrl(command.api, command.url),
      apiKey: checkedApiKey(command.api, command.apiKey, command.username),
      ...(command.username && { username: checkedUsername(command.api, command.username) }),
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
    };
    const added = await commit({ actor: actor.accountId }, async tx => {
      const taken = await printerRow(tx, name);
      if (taken !== undefined) {
        const why = taken.removed ? 'was used before, and names never come back' : 'exists already';
        throw new Refusal('InvalidState', `A printer ${taken.name} ${why}: choose another name.`);
      }
      await checkAddressIsFree(tx, fields);
      const printer: Printer = { id: await nextNumber(tx, 'printers'), ...probed(fields, probe) };
      tx.put('printers', printer);
      tx.put('beds', newBed(printer, createTime, printer.api === 'Mock'));
      return printer;
    });
    const seen = probe && firstReading(added, probe, clock.now().toISOString());
    // The worker may have been quicker, and of a printer without one it is said that nobody reads it.
    if (seen !== undefined && added.worker && live.read(name) === undefined) live.write(name, seen);
    return added;
  };
