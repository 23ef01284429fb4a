import { adminRoles } from '../../domain/rights.ts';
import { checkRole } from '../accounts/check-role.ts';
import type { AddPrinterCommand, Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { ProbeTarget } from '../ports.ts';
import {
  checkedApi,
  checkedApiKey,
  checkedPrinterName,
  checkedPrinterUrl,
  checkedUsername,
} from './printer-fields.ts';

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
    return probe.probe(targetOf(command));
  };
