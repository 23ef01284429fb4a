import type { AddressSpace } from 'node-opcua';
import type { Application, Figures } from '../../app/application.ts';
import type { Commit } from '../../app/commit.ts';
import type { CentralStatus, Clock, LiveValues, Log } from '../../app/ports.ts';
import { createRepeating } from '../../app/repeating.ts';
import { instanceIds } from '../model-ids.ts';
import { findVariable } from './find-node.ts';
import type { Installed } from './follow-commits.ts';
import { createSlot, noTime, type SlotValue, type VariableSlot } from './variable-slot.ts';

export interface ServerNodesDeps {
  readonly addressSpace: AddressSpace;
  readonly application: Pick<Application, 'figures'>;
  readonly commit: Pick<Commit, 'listen'>;
  readonly live: Pick<LiveValues, 'onChange'>;
  readonly central: () => CentralStatus;
  /** Dispatch runs and the store can be written. */
  readonly healthy: () => boolean;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
}

const SECOND = 1000;

const figurePaths = {
  JobsToApprove: 'jobsToApprove',
  JobsWaiting: 'jobsWaiting',
  JobsPrinting: 'jobsPrinting',
  JobsUnknown: 'jobsUnknown',
  PickupsWaiting: 'pickupsWaiting',
  PrintersOnline: 'printersOnline',
  PrintersReady: 'printersReady',
} as const satisfies Record<string, keyof Figures>;

type ServerPath = Extract<keyof typeof instanceIds, `MesPrinting/${string}`>;

/**
 * The variables of MesPrinting. Once a second: the heartbeat, the link to the central server, and the figures when
 * something has changed since.
 */
export const installServerNodes = (deps: ServerNodesDeps): Installed => {
  const { addressSpace, application, commit, live, central, healthy, version, clock, log } = deps;
  const slots = new Map<ServerPath, VariableSlot>();
  let ends: readonly (() => void)[] = [];
  let counting: Promise<void> | undefined;
  let changed = true;
  let heartbeat = 0;
  let accepting = false;

  const write = (path: ServerPath, value: SlotValue): void => {
    const known = slots.get(path);
    const slot = known ?? createSlot(findVariable(addressSpace, instanceIds[path]));
    if (known === undefined) slots.set(path, slot);
    slot.write(value, clock.now());
  };

  const count = async (): Promise<void> => {
    changed = false;
    try {
      const figures = await application.figures();
      accepting = figures.accepting;
      for (const [path, name] of Object.entries(figurePaths))
        write(`MesPrinting/${path}` as ServerPath, figures[name]);
    } catch (error) {
      changed = true;
      accepting = false;
      log.warn({ err: error }, 'The figures of the lab could not be read');
    }
  };

  const beat = (): void => {
    const works = healthy();
    if (works) heartbeat = (heartbeat + 1) >>> 0;
    write('MesPrinting/Heartbeat', heartbeat);
    write('MesPrinting/Accepting', works && accepting);
    const { enabled, connected, lastPush } = central();
    write('MesPrinting/Central/Enabled', enabled);
    write('MesPrinting/Central/Connected', connected);
    write('MesPrinting/Central/LastPush', lastPush ?? noTime);
    if (changed && counting === undefined) {
      counting = count().finally(() => {
        counting = undefined;
        write('MesPrinting/Accepting', healthy() && accepting);
      });
    }
  };

  const beating = createRepeating({
    clock,
    log,
    every: SECOND,
    what: 'The heartbeat',
    round: async () => beat(),
  });

  return {
    async start() {
      write('MesPrinting/Version', version);
      write('MesPrinting/StartTime', clock.now());
      const mark = (): void => {
        changed = true;
      };
      ends = [commit.listen('server nodes', mark), live.onChange('server nodes', mark)];
      await count();
      await beating.start();
    },
    async stop() {
      for (const end of ends) end();
      await beating.stop();
      await counting;
    },
  };
};
