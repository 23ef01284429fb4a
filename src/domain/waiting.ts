import { createWish, incompatibleReason } from './compatibility.ts';
import { type Conditions, mayDispatch } from './dispatch.ts';
import type { Candidate, Seat, Suitability } from './suitability.ts';

const counted = (count: number, what: string): string => (count === 0 ? '' : ` ${count} ${what}`);

/** Of printers that all can't take it: one that material, filament or hours keep from it, before one that never can. */
const nobodysReason = (candidate: Candidate, seats: readonly Seat[], suitability: Suitability): string => {
  const { file } = candidate;
  const never = seats.filter(({ printer }) => file !== undefined && incompatibleReason(file, printer) !== '');
  const later = seats.filter(seat => !never.includes(seat));
  const [one] = [...later, ...never];
  if (one === undefined) return '';
  const others =
    later.length === 0
      ? counted(never.length - 1, 'more never can.')
      : `${counted(later.length - 1, 'more could later.')}${counted(never.length, 'never can.')}`;
  return `No printer can take it now: ${suitability(candidate, one)}${others}`;
};

/** Why an approved job is not on a printer yet. */
export const waitingReason = (
  candidate: Candidate,
  seats: readonly Seat[],
  { suitability, autoSchedule, starts }: Pick<Conditions, 'suitability' | 'autoSchedule' | 'starts'>,
): string => {
  const { job } = candidate;
  if (job.held) return 'Held: it waits until it is released.';
  if (!mayDispatch(job, autoSchedule))
    return 'It waits for staff to assign a printer: automatic dispatch is off.';
  const isWanted = createWish(seats.map(({ printer }) => printer));
  const wanted = seats.filter(seat => isWanted(job.wantedPrinter, seat.printer));
  if (wanted.length === 0) {
    if (job.wantedPrinter === '') return 'The lab has no printer yet.';
    const { wantedPrinter } = job;
    return wantedPrinter.startsWith('group:')
      ? `No printer is in the group ${wantedPrinter.slice('group:'.length)}: staff assign another printer.`
      : `${wantedPrinter} is no longer in the lab: staff assign another printer.`;
  }
  const suited = wanted.filter(seat => suitability(candidate, seat) === '');
  const [first] = suited;
  if (first === undefined) return nobodysReason(candidate, wanted, suitability);
  if (suited.some(seat => seat.notReady === '')) {
    return starts <= 0
      ? 'Starts are staggered: it begins when a printer that is heating up is hot.'
      : 'Its turn is next: a printer is being reserved.';
  }
  if (suited.length === 1) return `Waits for ${first.printer.name}: ${first.notReady}`;
  return `Waits for one of ${suited.length} printers; ${first.printer.name}: ${first.notReady}`;
};
