import { isWanted } from './compatibility.ts';
import { type Conditions, mayDispatch } from './dispatch.ts';
import type { Candidate, Seat } from './suitability.ts';

/** Why an approved job is not on a printer yet. */
export const waitingReason = (
  candidate: Candidate,
  seats: readonly Seat[],
  { suitability, autoSchedule, starts }: Pick<Conditions, 'suitability' | 'autoSchedule' | 'starts'>,
): string => {
  const { job } = candidate;
  if (job.held) return 'Held: it waits for a start.';
  if (!mayDispatch(job, autoSchedule)) return 'Automatic dispatch is off: staff assign a printer.';
  const wanted = seats.filter(seat => isWanted(job.wantedPrinter, seat.printer));
  if (wanted.length === 0) {
    return job.wantedPrinter === ''
      ? 'The lab has no printer yet.'
      : `There is no printer ${job.wantedPrinter} any more: assign another.`;
  }
  const suited = wanted.filter(seat => suitability(candidate, seat) === '');
  const [first] = suited;
  if (first === undefined) {
    const [one] = wanted;
    if (one === undefined) return '';
    const others = wanted.length === 1 ? '' : ` Nor can ${wanted.length - 1} others.`;
    return `No printer can take it now: ${suitability(candidate, one)}${others}`;
  }
  if (suited.some(seat => seat.notReady === '')) {
    return starts <= 0
      ? 'Starts are staggered: it begins when a printer that heats up now is hot.'
      : 'Its turn is next: a printer is being reserved.';
  }
  if (suited.length === 1) return `Waits for ${first.printer.name}: ${first.notReady}`;
  return `Waits for one of ${suited.length} printers; ${first.printer.name}: ${first.notReady}`;
};
