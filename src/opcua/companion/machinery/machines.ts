import type { AddressSpace, UAObject } from 'node-opcua';
import type { Commit } from '../../../app/commit.ts';
import type { Clock, LiveValues, Log, Reader } from '../../../app/ports.ts';
import { createFollower, type Installed } from '../../nodes/follow-commits.ts';
import type { PrinterObjects } from '../../nodes/printer-objects.ts';
import { createTimeSlices } from '../../nodes/time-slices.ts';
import { buildingBlocksOf } from '../building-blocks.ts';
import { addIdentification, writeIdentification } from './identification.ts';
import { addLabMachine } from './lab-machine.ts';
import { createMachineFacts, durationOf } from './machine-facts.ts';
import { type ItemState, machineStateOf, type OperationMode } from './machine-state.ts';
import { enterMachine } from './machines-folder.ts';
import { addMonitoring } from './monitoring.ts';
import {
  addOperationCounters,
  type OperationCounters,
  writeCycles,
  writeDuration,
} from './operation-counters.ts';
import { identityOf } from './printer-identity.ts';
import { createItemStates, createOperationModes, type StateMachine } from './state-machines.ts';

export interface MachineryDeps {
  readonly addressSpace: AddressSpace;
  readonly printerObjects: PrinterObjects;
  readonly store: Reader;
  readonly commit: Pick<Commit, 'listen'>;
  readonly live: LiveValues;
  readonly version: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

interface Machine {
  readonly identification: UAObject;
  readonly itemState: StateMachine<ItemState>;
  readonly operationMode: StateMachine<OperationMode>;
  readonly counters: OperationCounters;
}

/** ms */
const SLICE = 5;

/**
 * The printers as machines of OPC 40001-1: add-ins on the printers' own objects, which come and go with them; and the
 * lab as a machine of its own. After the printer nodes.
 */
export const installMachines = (deps: MachineryDeps): Installed => {
  const { addressSpace, printerObjects, store, commit, live, clock, log } = deps;
  const facts = createMachineFacts();
  const machines = new Map<string, Machine>();
  const itemStates = createItemStates(addressSpace);
  const operationModes = createOperationModes(addressSpace);
  const slices = createTimeSlices({
    budget: SLICE,
    onError: error => log.error({ err: error }, 'A printer could not be shown as a machine'),
  });
  let ends: readonly (() => void)[] = [];

  const writeLive = (name: string, time: Date): void => {
    const machine = machines.get(name);
    const known = facts.get(name);
    if (machine === undefined || known === undefined) return;
    const snapshot = live.read(name);
    const { item, mode } = machineStateOf(known.printer, snapshot);
    itemStates.write(machine.itemState, item, time);
    operationModes.write(machine.operationMode, mode, time);
    const runs = known.runningSince !== undefined;
    writeDuration(machine.counters, durationOf(known, snapshot), time, runs);
    writeCycles(machine.counters, known.operation.cycles, time);
  };

  const refresh = (name: string, time: Date): void => {
    const machine = machines.get(name);
    const known = facts.get(name);
    if (machine === undefined || known === undefined) return;
    writeIdentification(addressSpace, machine.identification, identityOf(known.printer), time);
    writeLive(name, time);
  };

  const make = (name: string, object: UAObject): void => {
    // It may have gone before its turn came.
    if (printerObjects.get(name) !== object || machines.has(name)) return;
    const blocks = buildingBlocksOf(addressSpace, object.nodeId.toString());
    const machine = {
      identification: addIdentification(addressSpace, object, blocks),
      itemState: itemStates.add(blocks),
      operationMode: operationModes.add(blocks),
      counters: addOperationCounters(addressSpace, object, blocks),
    };
    addMonitoring(addressSpace, object, blocks, [machine.itemState.object, machine.operationMode.object]);
    machines.set(name, machine);
    refresh(name, clock.now());
    enterMachine(addressSpace, object);
  };

  const follower = createFollower({
    commit,
    name: 'machines',
    load: async () => {
      await facts.load(store);
      const end = printerObjects.follow({
        made: (name, object) => slices.push(() => make(name, object)),
        going: name => {
          machines.delete(name);
        },
      });
      ends = [...ends, end];
      await slices.finish();
    },
    apply: ({ changes }) => {
      const time = clock.now();
      for (const name of new Set(changes.map(facts.apply))) {
        if (name !== undefined) refresh(name, time);
      }
    },
  });

  return {
    async start() {
      addLabMachine(addressSpace, deps.version, clock.now());
      ends = [live.onChange('machines', (name, { time }) => writeLive(name, new Date(time)))];
      await follower.start();
    },
    async stop() {
      for (const end of ends) end();
      await follower.stop();
      slices.clear();
    },
  };
};
