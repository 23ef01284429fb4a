import type { Clock } from '../../../app/ports.ts';
import type { MoonrakerClient } from './client.ts';
import type { HistoryJob, PrinterObjects } from './schemas.ts';
import { fileOf, isPrinting } from './snapshot.ts';

/** Readings of one print in which its entry is looked for: it may never come. */
const MAX_TRIES = 3;
/** A print that is younger may not yet be in the history, in s; and how long to wait then, in ms. */
const YOUNG = 2;
const PATIENCE = 500;

/** Finds the history's entry of the print under way: its number and start identify it beyond its name. */
export interface EntryFinder {
  of(objects: PrinterObjects, signal: AbortSignal): Promise<HistoryJob | undefined>;
}

export const createEntryFinder = (client: MoonrakerClient, clock: Clock): EntryFinder => {
  let file = '';
  let entry: HistoryJob | undefined;
  let tries = 0;

  const find = async (signal: AbortSignal): Promise<HistoryJob | undefined> => {
    const [latest] = await client.history(1, signal);
    return latest?.filename === file && latest.status === 'in_progress' ? latest : undefined;
  };

  return {
    async of(objects, signal) {
      const active = isPrinting(objects);
      if (fileOf(objects) !== file || (active && objects.print_stats?.state === 'standby')) {
        file = fileOf(objects);
        entry = undefined;
        tries = 0;
      }
      if (!active || file === '' || entry !== undefined || tries >= MAX_TRIES) return entry;
      tries += 1;
      entry = await find(signal);
      if (entry === undefined && (objects.print_stats?.total_duration ?? 0) < YOUNG) {
        await clock.sleep(PATIENCE, signal);
        entry = await find(signal);
      }
      return entry;
    },
  };
};
