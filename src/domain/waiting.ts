import { asciiText, MAX_REASON } from './ascii-text.ts';
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

/** Printers that are named: a waiting reason is short. */
const MOST_NAMED = 3;
/** For what is told of them, so that none is cut off by another. */
const ROOM = MAX_REASON - 35;

/** One that is at work, and before it those that wait for somebody: by them it might go faster. */
const mostTelling = (seats: readonly Seat[]): string => {
  const stuck = seats.filter(({ isAtWork }) => !isAtWork).slice(0, MOST_NAMED);
  const atWork = seats.filter(({ isAtWork }) => isAtWork).slice(0, 1);
  const named = [...stuck, ...atWork];
  const room = Math.floor(ROOM / named.length);
  return named.map(({ printer, notReady }) => asciiText(`${printer.name}: ${notReady}`, room)).join(' ');
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
  return `Waits for one of ${suited.length} printers; ${mostTelling(suited)}`;
};
