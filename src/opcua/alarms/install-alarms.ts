import type { AddressSpace } from 'node-opcua';
import { createAlarmBook } from '../../app/alarms/alarm-book.ts';
import type { Commit } from '../../app/commit.ts';
import type { CentralStatus, Clock, DiskSpace, LiveValues, Log, Reader } from '../../app/ports.ts';
import type { ActorOfContext } from '../access/actor-of-context.ts';
import type { Installed } from '../nodes/follow-commits.ts';
import type { PrinterObjects } from '../nodes/printer-objects.ts';
import { installConditionMethods } from './condition-methods.ts';
import { installConditionRefresh } from './condition-refresh.ts';
import { certificateValues } from './condition-values.ts';
import { createConditions } from './conditions.ts';
import { createTurns } from './turns.ts';
import { watchPrinters } from './watch-printers.ts';
import { EXPIRATION_LIMIT, type OwnCertificate, readOwnCertificate, watchServer } from './watch-server.ts';

export interface AlarmsDeps {
  readonly addressSpace: AddressSpace;
  readonly printerObjects: PrinterObjects;
  readonly store: Reader;
  readonly commit: Commit;
  readonly live: LiveValues;
  readonly central: () => CentralStatus;
  /** Absent: no disk is watched. */
  readonly diskSpace?: DiskSpace;
  /** PEM, the server's own. */
  readonly certificateFile: string;
  readonly actorOf: ActorOfContext;
  readonly clock: Clock;
  readonly log: Log;
}

/** ms of events before others get their turn. */
const TURN = 10;

/**
 * Alarms and conditions (OPC 10000-9) of the printers and the server. The store keeps their states; conditions have
 * nodes while there is something to see, and always the same ids. After the printer nodes.
 */
export const installAlarms = (deps: AlarmsDeps): Installed => {
  const { addressSpace, printerObjects, certificateFile, commit, clock, log } = deps;
  const book = createAlarmBook(deps);
  const printers = watchPrinters({ ...deps, alarms: book });
  let own: OwnCertificate | undefined;
  let server: ReturnType<typeof watchServer> | undefined;
  const conditions = createConditions({
    addressSpace,
    clock,
    log,
    furtherOf: ({ kind }) =>
      kind === 'Certificate' && own !== undefined ? certificateValues(own, EXPIRATION_LIMIT) : new Map(),
  });
  const turns = createTurns(TURN, error => log.error({ err: error }, 'An alarm could not be told'));
  let ends: readonly (() => void)[] = [];

  /** Looks again at what is behind an alarm, after it took no notice for a time. */
  const reconsider = (alarmId: string): void => {
    const source = book.get(alarmId)?.source;
    if (source === undefined) return;
    if (source !== '') printers.look(source);
    else void server?.look().catch(error => log.error({ err: error }, 'The server could not be looked at'));
  };

  return {
    async start() {
      own = await readOwnCertificate(certificateFile);
      server = watchServer({ ...deps, alarms: book, certificate: own });
      installConditionMethods({ ...deps, alarms: book, ...conditions, reconsider });
      installConditionRefresh({ addressSpace, conditions, clock, log });
      await book.start();
      for (const alarm of book.all()) conditions.restore(alarm);
      ends = [
        printerObjects.follow({
          made: printer => {
            for (const alarm of book.all()) if (alarm.source === printer) conditions.restore(alarm);
          },
          going: printer => conditions.sourceGoing(printer),
        }),
        commit.listen('alarms', ({ changes }) => {
          for (const { collection, before, after } of changes) {
            if (collection !== 'alarms') continue;
            if (after !== undefined) turns.push(() => conditions.changed(after));
            else if (before !== undefined) turns.push(() => conditions.gone(before.id));
          }
        }),
      ];
      await printers.start();
      await server.start();
      await conditions.idle();
    },
    async stop() {
      await server?.stop();
      await printers.stop();
      await book.stop();
      for (const end of ends) end();
      turns.flush();
      conditions.clear();
    },
  };
};
