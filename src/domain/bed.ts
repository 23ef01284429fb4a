import type { NativeIdentity } from './native-identity.ts';
import { Refusal } from './refusal.ts';

/** What lies on a plate. The codes are public (BeginPickup's Content, Bed/Content). */
export const bedContents = { none: 0, good: 1, scrap: 2, unknown: 3 } as const;
export type BedContent = keyof typeof bedContents;
export const bedContentNames = Object.keys(bedContents) as [BedContent, ...BedContent[]];

export const bedStates = ['clear', 'inUse', 'occupied', 'beingCleared'] as const;
export type BedState = (typeof bedStates)[number];

const transitions: Readonly<Record<BedState, readonly BedState[]>> = {
  clear: ['inUse', 'occupied'],
  /** Back to clear only if the print certainly never started. */
  inUse: ['occupied', 'clear', 'inUse'],
  occupied: ['beingCleared', 'clear', 'inUse'],
  /** To inUse by a foreign start or a job that is active again. */
  beingCleared: ['clear', 'occupied', 'inUse'],
};

/** The bed of one printer; `id` is the printer's id. Nothing starts unless it is clear. */
export interface Bed {
  readonly id: number;
  readonly printer: string;
  readonly state: BedState;
  /** The job that uses it or whose part lies on it; 0 for none. */
  readonly jobId: number;
  readonly content: BedContent;
  /**
   * Set while beingCleared, and after a failed pick-up until a person has decided; 0 otherwise, also when another
   * print has taken the bed from a pick-up under way: whether an arm holds the printer stands in the pick-ups.
   */
  readonly pickupId: number;
  /** Nobody has looked at it yet, its printer was lost in a print, or a pick-up failed: no robot is sent there. */
  readonly needsPerson: boolean;
  /**
   * True from a restore until a person has looked or a print is seen running there: what the printer tells of an
   * older print says nothing of what lies there now. Absent in rows that were never restored.
   */
  readonly restored?: boolean;
  /** What the printer told of its latest print when that was found to be none of those known here. */
  readonly latestPrint?: NativeIdentity | null;
  /** Since when it is in this state; ISO 8601, UTC. */
  readonly since: string;
}

export const mayBedBecome = (from: BedState, to: BedState): boolean => transitions[from].includes(to);

const move = (bed: Bed, state: BedState, time: string, changes: Partial<Bed>): Bed => {
  if (!mayBedBecome(bed.state, state)) {
    throw new Refusal(
      'InvalidState',
      `The bed of ${bed.printer} is ${bed.state} and cannot become ${state}.`,
    );
  }
  return { ...looked(bed), pickupId: 0, ...changes, state, since: time };
};

/** A person has decided, or what goes on there is seen. */
const looked = ({ restored: _, ...bed }: Bed): Bed => ({ ...bed, needsPerson: false });

/** New real printers start as occupied until someone confirms that the bed is clear. */
export const newBed = (printer: { id: number; name: string }, time: string, clear: boolean): Bed => ({
  id: printer.id,
  printer: printer.name,
  state: clear ? 'clear' : 'occupied',
  jobId: 0,
  content: clear ? 'none' : 'unknown',
  pickupId: 0,
  needsPerson: !clear,
  since: time,
});

/** Begins with the stored start intent, or when a print is seen that nobody here started. */
export const useBed = (bed: Bed, jobId: number, time: string): Bed =>
  move(bed, 'inUse', time, { jobId, content: 'unknown' });

/** After every end of a print, also of cancelled, failed and foreign ones. */
export const occupyBed = (bed: Bed, content: BedContent, time: string): Bed =>
  move(bed, 'occupied', time, { content });

/** The printer was lost in a print, which may go on unseen: a person looks before an arm goes there. */
export const loseBed = (bed: Bed, time: string): Bed =>
  move(bed, 'occupied', time, { content: 'unknown', needsPerson: true });

export const clearBed = (bed: Bed, time: string): Bed =>
  move(bed, 'clear', time, { jobId: 0, content: 'none' });

export const beginClearing = (bed: Bed, pickupId: number, time: string): Bed =>
  move(bed, 'beingCleared', time, { pickupId });

/** The plate is still there: offered again when released, kept for a person when the pick-up failed. */
export const endClearing = (bed: Bed, failed: boolean, time: string): Bed =>
  move(bed, 'occupied', time, failed ? { pickupId: bed.pickupId, needsPerson: true } : {});

/** What lies there has become known: a robot may be sent, unless a pick-up failed or the store was restored. */
export const settleBed = (bed: Bed, content: BedContent): Bed =>
  bed.restored ? bed : { ...bed, content, needsPerson: bed.needsPerson && bed.pickupId !== 0 };

/** The print certainly never started: the bed is as it was before, clear, unless a person has to look first. */
export const unuseBed = (bed: Bed, time: string): Bed => {
  const stays = bed.restored || bed.pickupId !== 0 || !mayBedBecome(bed.state, 'clear');
  return stays ? bed : clearBed(bed, time);
};

/** Much may have happened since the backup: only a person knows what lies there. A failed pick-up stays one. */
export const restoreBed = (bed: Bed, time: string): Bed =>
  bed.state === 'occupied' && bed.pickupId !== 0
    ? { ...bed, needsPerson: true, restored: true }
    : {
        ...bed,
        state: 'occupied',
        content: 'unknown',
        pickupId: 0,
        needsPerson: true,
        restored: true,
        since: time,
      };

/** After a failed pick-up an operator offers the plate again. */
export const offerAgain = (bed: Bed): Bed => ({ ...looked(bed), pickupId: 0 });

/** A plate that a robot may ask for. */
export const awaitsPickup = (bed: Bed): boolean => bed.state === 'occupied' && !bed.needsPerson;
