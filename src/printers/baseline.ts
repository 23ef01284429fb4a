import type { FollowContext } from '../app/follow-print/context.ts';
import type { NativeIdentity, PrinterDriver, Store } from '../app/ports.ts';
import { DataUnreadable, DriverError } from '../app/ports.ts';

/** Jobs that are looked through for the printer's latest identity. */
const LATEST_JOBS = 10;

export interface BaselineDeps {
  readonly context: FollowContext;
  readonly store: Store;
  readonly driver: PrinterDriver;
}

/** What shows later whether the start came through; null when the printer cannot tell. */
export const readBaseline = async (
  { context, store, driver }: BaselineDeps,
  stop: AbortSignal,
): Promise<NativeIdentity | null> => {
  const latest = async (): Promise<NativeIdentity | null> => {
    const where = { printer: context.printer.name };
    const jobs = await store.find('jobs', { where, descending: true, limit: LATEST_JOBS }).catch(error => {
      if (error instanceof DataUnreadable) return [];
      throw error;
    });
    return jobs.map(job => job.native ?? job.baseline ?? null).find(one => one !== null) ?? null;
  };
  try {
    return (await driver.baseline?.(latest, stop)) ?? null;
  } catch (error) {
    // The last look before the start decides whether the printer is there.
    if (error instanceof DriverError) return null;
    throw error;
  }
};
