import type { AlarmBook } from '../../app/alarms/alarm-book.ts';
import type { Commit } from '../../app/commit.ts';
import type { Clock, LiveValues, Reader } from '../../app/ports.ts';
import type { AlarmFact, PrinterAlarmKind } from '../../domain/alarm.ts';
import { isOverdue, overdueReason, plateOf } from '../../domain/pickup.ts';
import { isFault, isOnline, type PrinterSnapshot } from '../../domain/printer.ts';
import { stateSentence } from '../../domain/printer-state.ts';
import { asciiText } from '../../domain/text.ts';
import { createFollower, type Installed } from '../nodes/follow-commits.ts';
import { createPrinterFacts, type PrinterFacts } from '../nodes/printer-nodes-facts.ts';

export interface WatchPrintersDeps {
  readonly alarms: Pick<AlarmBook, 'observe' | 'forget' | 'all'>;
  readonly store: Reader;
  readonly commit: Pick<Commit, 'listen'>;
  readonly live: LiveValues;
  readonly clock: Pick<Clock, 'now'>;
}

/** OPC 10000-5, 6.4.2; documented in docs/opcua.md. */
const severities: Readonly<Record<PrinterAlarmKind, number>> = {
  Fault: 700,
  Attention: 600,
  PlateWaiting: 200,
  PickupOverdue: 800,
};

type Facts = Readonly<Record<PrinterAlarmKind, AlarmFact>>;

/** Of a printer that is not followed or does not answer nothing is known, but that it refuses the key. */
const isSeen = (
  { printer }: PrinterFacts,
  snapshot: PrinterSnapshot | undefined,
): snapshot is PrinterSnapshot =>
  printer.worker &&
  snapshot !== undefined &&
  snapshot.state !== 'unknown' &&
  (isOnline(snapshot.state) || isFault(snapshot.state));

/** @param snapshot undefined: not read since the start */
export const printerAlarmFacts = (
  known: PrinterFacts,
  snapshot: PrinterSnapshot | undefined,
  now: Date,
): Facts => {
  const { printer, bed, pickup } = known;
  const { name } = printer;
  const seen = isSeen(known, snapshot) ? snapshot : undefined;
  const fact = (kind: PrinterAlarmKind, active: boolean | undefined, message: string): AlarmFact => ({
    active,
    message: active === true ? asciiText(message) : '',
    severity: severities[kind],
  });
  const says = seen === undefined ? '' : stateSentence(seen.state, seen.message, name);
  const atScreen = seen === undefined ? undefined : seen.state === 'attention';
  return {
    Fault: fact('Fault', seen && isFault(seen.state), says),
    Attention: fact(
      'Attention',
      bed.needsPerson || atScreen,
      atScreen === true ? says : `A person has to look at the bed of ${name} and confirm that it is clear.`,
    ),
    PlateWaiting: fact(
      'PlateWaiting',
      plateOf(bed, pickup).state === 'requested',
      `A plate waits on ${name} to be picked up.`,
    ),
    PickupOverdue: fact('PickupOverdue', isOverdue(pickup), `${name}: ${overdueReason(pickup, now)}`),
  };
};

/** What the store and the live values say of each printer becomes its alarms. */
export const watchPrinters = (deps: WatchPrintersDeps): Installed & { look(printer: string): void } => {
  const { alarms, store, commit, live, clock } = deps;
  const facts = createPrinterFacts();
  let endLive: (() => void) | undefined;

  const look = (name: string): void => {
    const known = facts.get(name);
    if (known === undefined) {
      alarms.forget(name);
      return;
    }
    const found = printerAlarmFacts(known, live.read(name), clock.now());
    for (const [kind, fact] of Object.entries(found)) {
      alarms.observe(name, kind as PrinterAlarmKind, fact);
    }
  };

  const follower = createFollower({
    commit,
    name: 'alarms of printers',
    load: async () => {
      await facts.load(store);
      for (const name of facts.names()) look(name);
      // Printers that were removed as the server stopped.
      for (const { source } of alarms.all())
        if (source !== '' && facts.get(source) === undefined) look(source);
    },
    apply: ({ changes }) => {
      for (const name of new Set(changes.flatMap(change => facts.apply(change)))) look(name);
    },
  });

  return {
    look,
    async start() {
      await follower.start();
      endLive = live.onChange('alarms of printers', name => {
        if (facts.get(name) !== undefined) look(name);
      });
    },
    async stop() {
      endLive?.();
      await follower.stop();
    },
  };
};
