import { adminRoles, staffRoles } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { AddPrinterCommand, Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { ProbeTarget } from '../ports.ts';
import { stepBy } from '../step-by.ts';
import { findPrinter } from './find-printer.ts';
import { learnPrinter, probed } from './learn-printer.ts';
import { checkedApiKey, checkedPrinterName, checkedPrinterUrl, checkedUsername } from './printer-fields.ts';
import { probeWarnings } from './probe-warnings.ts';

const targetOf = (command: AddPrinterCommand): ProbeTarget => {
  const { api, username } = command;
  const name = checkedPrinterName(command.name);
  return {
    name,
    nameKey: name.toLowerCase(),
    api,
    url: checkedPrinterUrl(api, command.url),
    apiKey: checkedApiKey(api, command.apiKey, username),
    ...(username && { username: checkedUsername(api, username) }),
  };
};

/** For admins alone: it reaches wherever they say. */
export const createProbePrinter =
  ({ probe }: Pick<ApplicationDeps, 'probe'>): Application['probePrinter'] =>
  async (actor, command) => {
    checkRole(actor, adminRoles, 'probe printers');
    const report = await probe.probe(targetOf(command));
    return { ...report, warnings: probeWarnings(command, report) };
  };

/**
 * For a printer that was added before it was powered, or whose URL or key was mended: all staff may, since the look
 * goes where the printer is already, and changes nothing that anybody said.
 */
export const createProbeAgain =
  ({
    store,
    commit,
    clock,
    probe,
    lookNow,
  }: Pick<ApplicationDeps, 'store' | 'commit' | 'clock' | 'probe' | 'lookNow'>): Application['probeAgain'] =>
  async (actor, name) => {
    checkRole(actor, staffRoles, 'look at printers');
    const looked = await findPrinter(store, name);
    const report = await probe.probe(looked);
    await commit({ actor: actor.accountId }, tx =>
      learnPrinter(tx, looked, printer => probed(printer, report), stepBy(clock, actor)),
    );
    lookNow?.(looked.id);
    return { ...report, warnings: probeWarnings(looked, report) };
  };
