import { adminRoles, staffRoles } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { AddPrinterCommand, Application, ProbedPrinter } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { PrinterProbe, ProbeTarget } from '../ports.ts';
import { stepBy } from '../step-by.ts';
import { findPrinter } from './find-printer.ts';
import { learnPrinter, probed } from './learn-printer.ts';
import { checkedApiKey, checkedPrinterName, checkedPrinterUrl, checkedUsername } from './printer-fields.ts';
import { type Known, probeWarnings } from './probe-warnings.ts';

/** @throws Refusal InvalidArgument for what no printer can be reached by */
export const targetOf = (command: AddPrinterCommand): ProbeTarget => {
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

/** A look at a printer, with what jobs need and it does not tell. */
export const lookAt = async (probe: PrinterProbe, printer: ProbeTarget & Known): Promise<ProbedPrinter> => {
  const report = await probe.probe(printer);
  return { ...report, warnings: probeWarnings(printer, report) };
};

/** For admins alone: it reaches wherever they say. */
export const createProbePrinter =
  ({ probe }: Pick<ApplicationDeps, 'probe'>): Application['probePrinter'] =>
  async (actor, command) => {
    checkRole(actor, adminRoles, 'probe printers');
    return lookAt(probe, { ...command, ...targetOf(command) });
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
    const report = await lookAt(probe, looked);
    await commit({ actor: actor.accountId }, tx =>
      learnPrinter(tx, looked, printer => probed(printer, report), stepBy(clock, actor)),
    );
    lookNow?.(looked.id);
    return report;
  };
