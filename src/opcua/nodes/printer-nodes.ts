import { type AddressSpace, StatusCodes } from 'node-opcua';
import type { Commit } from '../../app/commit.ts';
import type { Clock, LiveValues, Log, Reader } from '../../app/ports.ts';
import { openPrinter, openPrinterPart } from '../access/install-access.ts';
import { instanceIds, typeIds } from '../model-ids.ts';
import { createFollower, type Installed } from './follow-commits.ts';
import { type Instance, instantiate, remove } from './instantiate.ts';
import { createPrinterFacts, type PrinterFacts } from './printer-nodes-facts.ts';
import { measuredPaths, printerValues } from './printer-nodes-values.ts';
import { createPrinterObjects, type PrinterObjects } from './printer-objects.ts';
import { createTimeSlices } from './time-slices.ts';
import type { SlotValue } from './variable-slot.ts';

export interface PrinterNodesDeps {
  readonly addressSpace: AddressSpace;
  readonly store: Reader;
  readonly commit: Pick<Commit, 'listen'>;
  readonly live: LiveValues;
  /** Told of each printer's object; absent: nobody adds to them. */
  readonly printerObjects?: PrinterObjects;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

const SLICE = 5;

/**
 * The printers as objects: `start` makes those that the store knows, later ones follow the publications. All
 * variables of one printer change in one synchronous pass with one timestamp.
 */
export const installPrinterNodes = (deps: PrinterNodesDeps): Installed => {
  const { addressSpace, store, commit, live, clock, log } = deps;
  const { printerObjects = createPrinterObjects() } = deps;
  const facts = createPrinterFacts();
  const instances = new Map<string, Instance>();
  const slices = createTimeSlices({
    budget: SLICE,
    onError: error => log.error({ err: error }, 'The nodes of a printer could not be changed'),
  });
  let endLive: (() => void) | undefined;

  const writeMeasured = (
    slots: Instance['slots'],
    { measured, lost }: ReturnType<typeof printerValues>,
    time: Date,
  ): void => {
    for (const path of measuredPaths) {
      const slot = slots.get(path);
      if (slot === undefined) throw new Error(`PrinterType has no ${path}.`);
      const value = measured[path] ?? null;
      if (value !== null) {
        slot.write(value, time);
      } else if (!lost) {
        slot.write(slot.value ?? 0, time, StatusCodes.BadNoData);
      } else if (slot.known) {
        slot.write(slot.value ?? 0, time, StatusCodes.UncertainNoCommunicationLastUsableValue);
      } else {
        slot.write(0, time, StatusCodes.BadNoCommunication);
      }
    }
  };

  const refresh = (name: string, time: Date): void => {
    const instance = instances.get(name);
    const known = facts.get(name);
    if (instance === undefined || known === undefined) return;
    const values = printerValues(known, live.read(name), clock.now());
    for (const [path, value] of Object.entries<SlotValue>(values.owned)) {
      const slot = instance.slots.get(path);
      if (slot === undefined) throw new Error(`PrinterType has no ${path}.`);
      slot.write(value, time);
    }
    writeMeasured(instance.slots, values, time);
  };

  const timeOfReading = (name: string): Date => {
    const snapshot = live.read(name);
    return snapshot === undefined ? clock.now() : new Date(snapshot.time);
  };

  const make = ({ printer }: PrinterFacts): void => {
    const instance = instantiate(
      addressSpace,
      {
        type: typeIds.PrinterType,
        parent: instanceIds.Printers,
        name: printer.name,
        description: `Printer ${printer.name}.`,
        notifier: true,
      },
      openPrinterPart,
    );
    openPrinter(instance.object);
    instances.set(printer.name, instance);
    refresh(printer.name, timeOfReading(printer.name));
    printerObjects.add(printer.name, instance.object);
  };

  /** Makes, removes or leaves the nodes, as the facts are when its turn comes. */
  const settle = (name: string): void => {
    const known = facts.get(name);
    const instance = instances.get(name);
    if (known !== undefined && instance === undefined) make(known);
    if (known === undefined && instance !== undefined) {
      instances.delete(name);
      printerObjects.remove(name);
      remove(addressSpace, instance);
    }
  };

  const follower = createFollower({
    commit,
    name: 'printer nodes',
    load: async () => {
      await facts.load(store);
      for (const name of facts.names()) slices.push(() => settle(name));
      await slices.finish();
    },
    apply: ({ changes }) => {
      const concerned = new Set(changes.flatMap(change => facts.apply(change)));
      const now = clock.now();
      for (const name of concerned) {
        const isThere = instances.has(name);
        if (isThere !== (facts.get(name) !== undefined)) slices.push(() => settle(name));
        else refresh(name, now);
      }
    },
  });

  return {
    async start() {
      endLive = live.onChange('printer nodes', (name, snapshot) => refresh(name, new Date(snapshot.time)));
      await follower.start();
    },
    async stop() {
      endLive?.();
      await follower.stop();
      slices.clear();
    },
  };
};
