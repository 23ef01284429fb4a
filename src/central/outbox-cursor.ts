import type { CentralTransition } from '../app/ports.ts';

/**
 * Where the outbox reads on. Rows of a printer that cannot be told them now are passed over, and only the first of
 * them is remembered: the rows behind it are read again once the printer can be told, and not before.
 */
export interface OutboxCursor {
  /** Id up to which was looked. */
  position(): number;
  /** Whether an earlier row of this printer waits: the later ones wait behind it. */
  isWaiting(printer: string): boolean;
  /** This row cannot be told now. */
  wait(row: CentralTransition): void;
  /** Goes back to the first waiting row of every printer that is due. @param first its first waiting row */
  release(isDue: (printer: string, first: CentralTransition) => boolean): void;
  /** All rows up to this one were told or wait. */
  advance(id: number): void;
}

export const createOutboxCursor = (): OutboxCursor => {
  let looked = 0;
  /** How far was looked before it went back. */
  let furthest = 0;
  const waiting = new Map<string, CentralTransition>();
  /** Printers whose rows are read again, with the id of the first one. */
  const returning = new Map<string, number>();
  return {
    position: () => looked,
    isWaiting: printer => waiting.has(printer),
    wait(row) {
      if (!waiting.has(row.printer)) waiting.set(row.printer, row);
      returning.delete(row.printer);
    },
    release(isDue) {
      for (const [printer, first] of waiting) {
        if (!isDue(printer, first)) continue;
        waiting.delete(printer);
        returning.set(printer, first.id);
        looked = Math.min(looked, first.id - 1);
      }
    },
    advance(id) {
      furthest = Math.max(furthest, id);
      if (id >= furthest) returning.clear();
      // Between here and the next printer's first row there are only rows that wait again.
      const next = Math.min(furthest + 1, ...returning.values());
      looked = Math.max(id, next - 1);
    },
  };
};
