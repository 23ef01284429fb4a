import { elapsed } from '../../../app/elapsed.ts';
import type { Clock, PrinterDriver } from '../../../app/ports.ts';
import { DriverError } from '../../../app/ports.ts';
import type { MoonrakerClient } from './client.ts';
import type { PrinterObjects } from './schemas.ts';
import { baseObjects, fileOf, isPrinting } from './snapshot.ts';

/** How long a cancel without an answer may still be under way. In ms. */
const CANCEL_TIME = 60_000;

export interface Commands extends Pick<PrinterDriver, 'start' | 'pause' | 'resume' | 'cancel'> {
  /** Whether a cancel of that file was sent and not answered. */
  isCancelling(file: string): boolean;
}

/** What is sent to Klipper waits there behind the g-code under way, a heater's warming up included. */
export const createCommands = (client: MoonrakerClient, clock: Clock): Commands => {
  let cancelling = { file: '', until: 0 };

  const look = async (signal: AbortSignal): Promise<PrinterObjects> => {
    const objects = await client.query(baseObjects, signal);
    if (objects === undefined) throw new DriverError('unreachable', 'Klipper is not connected to Moonraker.');
    return objects;
  };

  /** A macro that is sent again may do harm, so one that Moonraker has taken counts as sent. */
  const request = async (command: 'pause' | 'resume', signal: AbortSignal): Promise<void> => {
    try {
      await client.command(command, signal);
    } catch (error) {
      if (!isTimeout(error)) throw error;
      await look(signal);
    }
  };

  return {
    isCancelling: file => file !== '' && cancelling.file === file && elapsed(clock) < cancelling.until,

    async start(file, signal) {
      try {
        await client.start(file, signal);
      } catch (error) {
        if (!(error instanceof DriverError) || error.kind !== 'refused') throw error;
        // A macro around the start may have failed after it.
        const objects = await client.query(baseObjects, signal);
        if (objects === undefined || fileOf(objects) !== file) throw error;
        if (objects.print_stats?.state === 'standby' && !isPrinting(objects)) throw error;
      }
    },

    pause: signal => request('pause', signal),
    resume: signal => request('resume', signal),

    async cancel(file, signal) {
      // The command names no file, and Moonraker answers 200 whatever is there: another's print must not be hit.
      const objects = await look(signal);
      if (fileOf(objects) !== file || !isPrinting(objects)) {
        throw new DriverError('refused', `${file} is not what Klipper prints.`);
      }
      cancelling = { file, until: elapsed(clock) + CANCEL_TIME };
      try {
        await client.command('cancel', signal);
      } catch (error) {
        if (!isTimeout(error)) cancelling = { file: '', until: 0 };
        throw error;
      }
      cancelling = { file: '', until: 0 };
    },
  };
};

const isTimeout = (error: unknown): boolean =>
  error instanceof DriverError && error.cause instanceof Error && error.cause.name === 'TimeoutError';
