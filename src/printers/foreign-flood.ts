import { MOST_FOREIGN } from '../app/follow-print/foreign-limit.ts';
import type { Log } from '../app/ports.ts';
import { isActive, type PrinterSnapshot } from '../domain/printer.ts';

/** A printer that shows more prints of its own than anybody could have started there. */
export interface ForeignFlood {
  /** Whether the latest print that it showed was one too many; logged once. */
  note(isTooMany: boolean): void;
  /** What is to be seen of a reading meanwhile: a person has to look at it. */
  seen(snapshot: PrinterSnapshot): PrinterSnapshot;
}

const WORDS = `It shows more than ${MOST_FOREIGN} prints of its own an hour: they are no longer recorded.`;

export const createForeignFlood = ({ log }: { readonly log: Log }): ForeignFlood => {
  let isFlooded = false;
  return {
    note(isTooMany) {
      if (isTooMany && !isFlooded)
        log.warn({ reason: WORDS }, 'The printer shows another print again and again');
      isFlooded = isTooMany;
    },
    seen: snapshot =>
      isFlooded && isActive(snapshot.state) ? { ...snapshot, state: 'attention', message: WORDS } : snapshot,
  };
};
