import type { Clock, PrinterDriver } from '../../../app/ports.ts';
import { lostSnapshot } from '../../../domain/printer.ts';
import type { PushSocket, PushTimes } from '../shared/push-socket.ts';
import {
  createMoonrakerClient,
  type MoonrakerAccess,
  type MoonrakerTimeouts,
  moonrakerTimeouts,
} from './client.ts';
import { createCommands } from './commands.ts';
import { createEnding } from './ending.ts';
import { createFilamentReader, isFilamentSensor } from './filament.ts';
import { createFiles } from './files.ts';
import { readIdentity } from './identity.ts';
import { moonrakerOutcome } from './outcome.ts';
import { createEntryFinder } from './print-entry.ts';
import { absentState, baseObjects, fileOf, snapshotOf } from './snapshot.ts';
import { createSocket } from './socket.ts';

export interface MoonrakerDriverDeps {
  readonly clock: Clock;
  readonly timeouts?: MoonrakerTimeouts;
  readonly pushTimes?: PushTimes;
}

/** Drives a Klipper printer through Moonraker's API (moonraker.readthedocs.io); its socket says when to read. */
export const createMoonrakerDriver = (
  access: MoonrakerAccess,
  { clock, timeouts = moonrakerTimeouts, pushTimes }: MoonrakerDriverDeps,
): PrinterDriver => {
  const client = createMoonrakerClient(access, timeouts);
  const files = createFiles(client);
  const commands = createCommands(client, clock);
  const filament = createFilamentReader(client, clock);
  const ending = createEnding(clock);
  const entries = createEntryFinder(client, clock);
  /** Undefined until they are known: a restarted Klipper may have others. */
  let sensors: readonly string[] | undefined;
  let socket: PushSocket | undefined;

  return {
    get capabilities() {
      return { pause: true, resume: true, camera: true, filament: filament.known, push: true };
    },

    identify: signal => readIdentity(client, access.url, signal),

    async read(signal) {
      sensors ??= (await client.objectNames(signal))?.filter(isFilamentSensor);
      const objects = await client.query([...baseObjects, ...(sensors ?? [])], signal);
      if (objects?.webhooks.state !== 'ready') sensors = undefined;
      const time = () => clock.now().toISOString();
      if (objects === undefined) {
        return lostSnapshot(absentState(await client.info(signal)), 'Klipper is not connected.', time());
      }
      return snapshotOf(
        {
          objects,
          entry: await entries.of(objects, signal),
          filament: await filament.of(objects, signal),
          cancelling: commands.isCancelling(fileOf(objects)),
          ending: ending.isUnderWay(objects),
        },
        time(),
      );
    },

    watch(changed) {
      socket = createSocket({
        access,
        changed,
        ...(pushTimes && { times: pushTimes }),
      });
      socket.start();
    },

    upload: files.upload,
    start: commands.start,
    pause: commands.pause,
    resume: commands.resume,
    cancel: commands.cancel,
    remove: files.remove,
    outcomeOf: (attempt, signal) => moonrakerOutcome(client, clock, attempt, signal),

    async close() {
      socket?.close();
    },
  };
};
