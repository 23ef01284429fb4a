import {
  AccessLevelFlag,
  type AddressSpace,
  type DataValue,
  PermissionType,
  type UAVariable,
} from 'node-opcua';
import { permissionsFor, printerVariables } from '../access/access-table.ts';
import { findVariable } from '../nodes/find-node.ts';
import type { Installed } from '../nodes/follow-commits.ts';
import type { PrinterObjects } from '../nodes/printer-objects.ts';
import type { History } from './history.ts';

/** Of each printer, below its object. */
export const historizedPaths = [
  'Nozzle/Actual',
  'Nozzle/Target',
  'Bed/Actual',
  'Bed/Target',
  'Job/Progress',
] as const;
type HistorizedPath = (typeof historizedPaths)[number];

export interface HistoryDeps {
  readonly addressSpace: AddressSpace;
  readonly printerObjects: PrinterObjects;
  readonly history: History;
}

/** Who may read the value may read what it was. */
const permissionsOf = (path: HistorizedPath) =>
  permissionsFor(printerVariables[path] ?? 'jobFacts').map(({ roleId, permissions = 0 }) => ({
    ...(roleId !== undefined && { roleId }),
    permissions:
      (permissions & PermissionType.Read) === 0 ? permissions : permissions | PermissionType.ReadHistory,
  }));

/** Keeps every change of temperatures and progress, with its status; nothing when history is off. */
export const installHistory = ({ addressSpace, printerObjects, history }: HistoryDeps): Installed => {
  const keep = (variable: UAVariable, path: HistorizedPath): void => {
    const ring = history.add(variable.nodeId.toString());
    const record = ({ value, statusCode, sourceTimestamp }: DataValue): void =>
      ring.push(sourceTimestamp?.getTime() ?? Date.now(), Number(value.value ?? 0), statusCode.value);
    record(variable.readValue());
    variable.on('value_changed', record);
    variable.historizing = true;
    variable.accessLevel |= AccessLevelFlag.HistoryRead;
    if (variable.userAccessLevel !== undefined) variable.userAccessLevel |= AccessLevelFlag.HistoryRead;
    variable.setRolePermissions(permissionsOf(path));
  };
  let end: (() => void) | undefined;
  return {
    async start() {
      if (history.capacity === 0) return;
      end = printerObjects.follow({
        made(_printer, { nodeId }) {
          for (const path of historizedPaths) {
            keep(findVariable(addressSpace, `${nodeId.toString()}/${path}`), path);
          }
        },
        going(_printer, { nodeId }) {
          for (const path of historizedPaths) history.delete(`${nodeId.toString()}/${path}`);
        },
      });
    },
    async stop() {
      end?.();
    },
  };
};
