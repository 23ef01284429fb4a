import type { AttemptOutcome } from '../../../app/ports.ts';
import type { PushEvent } from './push-messages.ts';

/** What OctoPrint said at the end of a print: it keeps no record of why one did not succeed. */
export interface Endings {
  note(event: PushEvent): void;
  /** Of the latest print of that file, while nothing has started it again. */
  of(file: string): AttemptOutcome | undefined;
}

/** More than end between two readings: bounds the memory. */
const MAX_ENDINGS = 50;

export const createEndings = (): Endings => {
  const endings = new Map<string, AttemptOutcome>();

  return {
    note({ type, path, reason, error }) {
      if (path === '') return;
      if (type === 'PrintStarted') endings.delete(path);
      const ending = endingOf(type, reason, error);
      if (ending === undefined) return;
      endings.delete(path);
      endings.set(path, ending);
      const [oldest] = endings.keys();
      if (endings.size > MAX_ENDINGS && oldest !== undefined) endings.delete(oldest);
    },
    of: file => endings.get(file),
  };
};

/** A cancelled print sends PrintCancelled, then PrintFailed with the reason `cancelled` (OctoPrint 1.11). */
const endingOf = (type: string, reason: string, error: string): AttemptOutcome | undefined => {
  if (type === 'PrintDone') return { kind: 'finished', reason: 'OctoPrint said that it is done.' };
  if (type === 'PrintCancelled' || (type === 'PrintFailed' && reason === 'cancelled')) {
    return { kind: 'cancelled', reason: 'OctoPrint said that it was cancelled.' };
  }
  if (type !== 'PrintFailed') return undefined;
  const why = error || (reason === 'error' ? '' : reason) || 'an error, no details given';
  return { kind: 'failed', reason: `The printer failed: ${why}` };
};
