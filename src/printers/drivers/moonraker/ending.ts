import { elapsed } from '../../../app/elapsed.ts';
import type { Clock } from '../../../app/ports.ts';
import type { PrinterObjects } from './schemas.ts';
import { fileOf, isPrinting, runsGcode } from './snapshot.ts';

/** Longer than Klipper looks ahead and a cancel's macro takes; what runs then is somebody else's. In ms. */
const LONGEST = 30_000;

/**
 * Klipper shows a print as complete when its last line is read, with up to 2 s of motion to come, and as cancelled
 * before its macro has parked the head: a robot must not reach in yet. Seen by having seen the print, for any macro
 * that somebody runs later looks the same.
 */
export interface Ending {
  /** Whether the latest print still moves the printer; told each reading. */
  isUnderWay(objects: PrinterObjects): boolean;
}

export const createEnding = (clock: Clock): Ending => {
  let file = '';
  let seenAt = 0;

  return {
    isUnderWay(objects) {
      const now = elapsed(clock);
      if (isPrinting(objects)) {
        file = fileOf(objects);
        seenAt = now;
        return false;
      }
      const goesOn = fileOf(objects) === file && runsGcode(objects) && now - seenAt < LONGEST;
      if (!goesOn) file = '';
      return file !== '' && goesOn;
    },
  };
};
