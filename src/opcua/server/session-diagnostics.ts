import { type AddressSpace, type BaseNode, ObjectIds } from 'node-opcua';
import type { OPCUAServer } from 'node-opcua-server';
import { setAccess } from '../access/access-table.ts';

const summaryOf = (addressSpace: AddressSpace): BaseNode | null =>
  addressSpace.findNode(ObjectIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary);

/** Nine tenths of a connect go into these nodes; without the summary node-opcua makes none. */
export const removeSessionDiagnostics = (addressSpace: AddressSpace): void => {
  const summary = summaryOf(addressSpace);
  if (summary) addressSpace.deleteNode(summary);
};

const closeBelow = (node: BaseNode): void => {
  for (const part of node.findReferencesExAsObject('Aggregates')) {
    setAccess(part, 'admin');
    closeBelow(part);
  }
};

/**
 * node-opcua gives each session's security diagnostics permissions of their own, and lets more roles than admin
 * read who is connected and from where.
 */
export const keepSessionDiagnosticsForAdmins = (server: OPCUAServer, addressSpace: AddressSpace): void => {
  server.on('session_activated', () => {
    const summary = summaryOf(addressSpace);
    if (summary) closeBelow(summary);
  });
};
