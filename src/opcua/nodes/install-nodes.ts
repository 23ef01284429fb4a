import type { AddressSpace } from 'node-opcua';
import type { Application } from '../../app/application.ts';
import type { Commit } from '../../app/commit.ts';
import type { CentralStatus, Clock, DiskSpace, LiveValues, Log, Reader } from '../../app/ports.ts';
import type { ActorOfContext } from '../access/actor-of-context.ts';
import { installAlarms } from '../alarms/install-alarms.ts';
import { installJobControl, type JobControlDeps } from '../companion/job-control/install-job-control.ts';
import { installMachines } from '../companion/machinery/machines.ts';
import { installFileTransfer } from '../file-transfer/install-file-transfer.ts';
import type { History } from '../history/history.ts';
import { installHistory } from '../history/install-history.ts';
import { describeMethods } from './describe-methods.ts';
import { installEvents } from './events.ts';
import type { Installed } from './follow-commits.ts';
import { installJobNodes } from './job-nodes.ts';
import { installModelChanges } from './model-changes.ts';
import { installOrderNodes } from './order-nodes.ts';
import { installPrinterNodes } from './printer-nodes.ts';
import { createPrinterObjects } from './printer-objects.ts';
import { installServerNodes } from './server-nodes.ts';

export interface NodesDeps {
  readonly addressSpace: AddressSpace;
  readonly application: Pick<Application, 'figures' | 'storeFile' | 'usernameOf' | 'viewJobs'> &
    JobControlDeps['application'];
  readonly actorOf: ActorOfContext;
  readonly store: Reader;
  readonly commit: Commit;
  readonly live: LiveValues;
  readonly central: () => CentralStatus;
  /** Absent: no disk is watched. */
  readonly diskSpace?: DiskSpace;
  /** The server's own. */
  readonly certificateFile: string;
  /** Dispatch runs and the store can be written. */
  readonly healthy: () => boolean;
  readonly version: string;
  readonly history: History;
  /** JOB_NODES */
  readonly jobNodes: number;
  readonly maxOpenJobs?: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Everything below MesPrinting that changes, on an address space that has the nodeset; after `installAccess`. */
export const installNodes = (deps: NodesDeps): Installed => {
  const { application } = deps;
  const printerObjects = createPrinterObjects();
  const modelChanges = installModelChanges({ ...deps, printerObjects });
  const parts = [
    modelChanges,
    installPrinterNodes({ ...deps, printerObjects }),
    installMachines({ ...deps, printerObjects }),
    installJobControl({ ...deps, printerObjects }),
    installEvents({ ...deps, usernameOf: application.usernameOf }),
    installJobNodes({ ...deps, modelChanges, jobViews: application.viewJobs, limit: deps.jobNodes }),
    installOrderNodes({ ...deps, modelChanges, usernameOf: application.usernameOf }),
    installFileTransfer(deps),
    installHistory({ ...deps, printerObjects }),
    installServerNodes(deps),
    installAlarms({ ...deps, printerObjects }),
  ];
  return {
    async start() {
      // Else each node becomes an accessor of its parent, which nobody reads by name: 1000 printers make 1000 of one.
      deps.addressSpace.isFrugal = true;
      describeMethods(deps.addressSpace);
      for (const part of parts) await part.start();
    },
    async stop() {
      for (const part of parts.toReversed()) await part.stop();
    },
  };
};
