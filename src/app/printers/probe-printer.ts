import { isDeepStrictEqual } from 'node:util';
import { machineIdentity } from '../../domain/machine-identity.ts';
import type { Printer } from '../../domain/printer.ts';
import { adminRoles, staffRoles } from '../../domain/rights.ts';
import { asciiText } from '../../domain/text.ts';
import { checkRole } from '../access/check-role.ts';
import type { AddPrinterCommand, Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { ProbeReport, ProbeTarget } from '../ports.ts';
import { findPrinter } from './find-printer.ts';
import {
  checkedApi,
  checkedApiKey,
  checkedPrinterName,
  checkedPrinterUrl,
  checkedUsername,
  MAX_WORD,
} from './printer-fields.ts';
import { probeWarnings } from './probe-warnings.ts';

const targetOf = (command: AddPrinterCommand): ProbeTarget => {
  const { api, username } = command;
  const name = checkedPrinterName(command.name);
  return {
    name,
    nameKey: name.toLowerCase(),
    api,
    url: checkedPrinterUrl(api, command.url),
    apiKey: checkedApiKey(api, command.apiKey),
    ...(username && { username: checkedUsername(api, username) }),
  };
};

/** For admins alone: it reaches wherever they say. */
export const createProbePrinter =
  ({ apis, probe }: Pick<ApplicationDeps, 'apis' | 'probe'>): Application['probePrinter'] =>
  async (actor, command) => {
    checkRole(actor, adminRoles, 'probe printers');
    checkedApi(apis, command.api);
    const report = await probe.probe(targetOf(command));
    return { ...report, warnings: probeWarnings(command, report) };
  };

/** What it told before stays when it tells nothing now. */
const identityIn = (probe: ProbeReport | undefined): Pick<Printer, 'identity'> => {
  const identity = machineIdentity(probe ?? {});
  return identity === undefined ? {} : { identity };
};

/**
 * What the printer tells of itself, where nobody has said it; which files it reads, it alone knows. Its material is
 * not taken over: it would stand as what staff entered, and outlive the next change of filament.
 */
export const filledIn = <
  Fields extends Pick<Printer, 'model' | 'nozzleDiameter' | 'bedSize' | 'takesBgcode' | 'identity'>,
>(
  fields: Fields,
  probe: ProbeReport | undefined,
): Fields => ({
  ...fields,
  ...identityIn(probe),
  ...(!fields.bedSize && probe?.bedSize && { bedSize: probe.bedSize }),
  ...(typeof probe?.takesBgcode === 'boolean' && { takesBgcode: probe.takesBgcode }),
  model: fields.model || asciiText(probe?.model ?? '', MAX_WORD).trim(),
  nozzleDiameter: fields.nozzleDiameter ?? probe?.nozzleDiameter ?? null,
});

/**
 * For a printer that was added before it was powered, or whose URL or key was mended: all staff may, since the look
 * goes where the printer is already, and changes nothing that anybody said.
 */
export const createProbeAgain =
  ({
    store,
    commit,
    probe,
    lookNow,
  }: Pick<ApplicationDeps, 'store' | 'commit' | 'probe' | 'lookNow'>): Application['probeAgain'] =>
  async (actor, name) => {
    checkRole(actor, staffRoles, 'look at printers');
    const { id, ...looked } = await findPrinter(store, name);
    const report = await probe.probe(looked);
    await commit({ actor: actor.accountId }, async tx => {
      const printer = await tx.get('printers', id);
      // Looked at another machine than it is now.
      if (printer === undefined || printer.removed || printer.url !== looked.url) return;
      const next = filledIn(printer, report);
      if (!isDeepStrictEqual(next, printer)) tx.put('printers', next);
    });
    lookNow?.(id);
    return { ...report, warnings: probeWarnings(looked, report) };
  };
