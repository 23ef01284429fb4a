import type { FollowContext } from '../app/follow-print/context.ts';
import { noteUnseen } from '../app/follow-print/note-unseen.ts';
import type { PrinterSnapshot, PrinterState } from '../domain/printer.ts';
import type { ForeignFlood } from './foreign-flood.ts';

/** Prints that began and ended between two looks, or while this server was away: their plates still lie there. */
export interface UnseenPrints {
  /** Compares the end of a print that the printer shows with the stored jobs. @returns whether it was not known */
  note(snapshot: PrinterSnapshot): Promise<boolean>;
  /** Whether the printer shows the end of a print that was not compared yet. */
  isNew(snapshot: PrinterSnapshot): boolean;
}

const ends = { finished: 'printed', stopped: 'cancelled', error: 'failed' } as const;
const isEnd = (state: PrinterState): state is keyof typeof ends => state in ends;

/** Which end the printer shows; undefined while it shows none. */
const endOf = ({ state, job }: PrinterSnapshot): string | undefined =>
  isEnd(state) && job !== null ? `${job.file} ${JSON.stringify(job.native)}` : undefined;

export interface UnseenPrintsDeps {
  readonly context: FollowContext;
  readonly flood: Pick<ForeignFlood, 'note'>;
}

export const createUnseenPrints = ({ context, flood }: UnseenPrintsDeps): UnseenPrints => {
  let compared: string | undefined;

  const isNew = (snapshot: PrinterSnapshot): boolean => {
    const end = endOf(snapshot);
    return end !== undefined && end !== compared;
  };

  return {
    isNew,
    async note(snapshot) {
      const { state, job } = snapshot;
      if (!isNew(snapshot) || !isEnd(state) || job === null) return false;
      const found = await noteUnseen(context, ends[state], job);
      compared = endOf(snapshot);
      if (found !== 'known') flood.note(found === 'tooMany');
      return found === 'noted';
    },
  };
};
