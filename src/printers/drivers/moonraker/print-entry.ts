import type { Clock } from '../../../app/ports.ts';
import type { MoonrakerClient } from './client.ts';
import type { HistoryJob, PrinterObjects } from './schemas.ts';
import { fileOf, isPrinting } from './snapshot.ts';

/** Readings of one print in which its entry is looked for: it may never come. */
const MAX_TRIES = 3;
/** A print that is younger may not yet be in the history, in s; and how long to wait then, in ms. */
const YOUNG = 2;
const PATIENCE = 500;
/** How far Klipper's and the history's durations of one print may be apart, in s. */
const SAME_DURATION = 2;
/** Of entries that Moonraker wrote at the end; it hears of a print's last duration. */
const ends: readonly string[] = ['completed', 'cancelled', 'error'];

/** Finds the history's entry of the print that is shown: its number and start identify it beyond its name. */
export interface EntryFinder {
  of(objects: PrinterObjects, signal: AbortSignal): Promise<HistoryJob | undefined>;
}

export const createEntryFinder = (client: MoonrakerClient, clock: Clock): EntryFinder => {
  /** The print whose entry is known or was looked for. */
  let shown = { file: '', active: false, duration: 0 };
  let entry: HistoryJob | undefined;
  let tries = 0;

  const latest = async (signal: AbortSignal): Promise<HistoryJob | undefined> => {
    const [found] = await client.history(1, signal);
    return found?.filename === shown.file ? found : undefined;
  };

  const findActive = async (signal: AbortSignal): Promise<HistoryJob | undefined> => {
    const found = await latest(signal);
    return found?.status === 'in_progress' ? found : undefined;
  };

  /** One that ended between two readings, also of the same file, is told apart by how long it took. */
  const findEnded = async (signal: AbortSignal): Promise<HistoryJob | undefined> => {
    const found = await latest(signal);
    if (found === undefined) return undefined;
    if (!ends.includes(found.status)) return found.job_id === entry?.job_id ? found : undefined;
    const duration = found.total_duration ?? Number.NaN;
    return Math.abs(duration - shown.duration) < SAME_DURATION ? found : undefined;
  };

  const isNew = (file: string, active: boolean, duration: number): boolean =>
    file !== shown.file ||
    (active && (!shown.active || duration < shown.duration)) ||
    (!active && !shown.active && duration !== shown.duration);

  return {
    async of(objects, signal) {
      const file = fileOf(objects);
      const active = isPrinting(objects);
      const duration = objects.print_stats?.total_duration ?? 0;
      const ended = !active && duration > 0;
      if (isNew(file, active, duration)) {
        entry = undefined;
        tries = 0;
      }
      const justEnded = shown.active && ended;
      shown = { file, active, duration };
      if (file === '' || tries >= MAX_TRIES) return entry;
      if (active && entry === undefined) {
        tries += 1;
        entry = await findActive(signal);
        if (entry === undefined && duration < YOUNG) {
          await clock.sleep(PATIENCE, signal);
          entry = await findActive(signal);
        }
      } else if (ended && (justEnded || entry === undefined)) {
        tries += 1;
        entry = await findEnded(signal);
      }
      return entry;
    },
  };
};
