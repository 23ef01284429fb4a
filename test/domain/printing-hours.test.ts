import test from 'ava';
import { checkHours, type PrintingHours, weekdays } from '../../src/domain/printing-hours.ts';

const ZONE = 'Australia/Melbourne';
const HOUR = 3600;
const open: PrintingHours = { limits: 'start', weekly: [], closedDays: [], longestPrint: null };
const workdays = weekdays.slice(0, 5);
const day: PrintingHours = { ...open, weekly: [{ days: workdays, from: '09:00', to: '17:00' }] };
const night: PrintingHours = { ...open, weekly: [{ days: ['fri'], from: '20:00', to: '06:00' }] };

/** 2026-01-09 is a Friday; Melbourne is 11 h ahead of UTC then. */
const cases: readonly {
  readonly title: string;
  readonly hours: PrintingHours;
  readonly now: string;
  readonly printTime?: number | null;
  readonly reason: RegExp;
}[] = [
  { title: 'without hours it is always open', hours: open, now: '2026-01-09T03:00:00+11:00', reason: /^$/ },
  { title: 'within the hours', hours: day, now: '2026-01-09T09:00:00+11:00', reason: /^$/ },
  {
    title: 'at their end, until Monday',
    hours: day,
    now: '2026-01-09T17:00:00+11:00',
    reason: /begin, for this print, 2026-01-12 09:00/,
  },
  {
    title: 'a start is allowed although the print outlasts the hours',
    hours: day,
    now: '2026-01-09T16:59:00+11:00',
    printTime: 9 * HOUR,
    reason: /^$/,
  },
  {
    title: 'a print has to end within the hours where they limit prints',
    hours: { ...day, limits: 'print' },
    now: '2026-01-09T15:00:00+11:00',
    printTime: 3 * HOUR,
    reason: /begin, for this print, 2026-01-12 09:00/,
  },
  {
    title: 'a print that fits into no hours',
    hours: { ...day, limits: 'print' },
    now: '2026-01-09T10:00:00+11:00',
    printTime: 9 * HOUR,
    reason: /takes 9 h 0 min and fits into none/,
  },
  {
    title: 'a file that does not say how long it takes is not guessed at',
    hours: { ...day, limits: 'print' },
    now: '2026-01-09T10:00:00+11:00',
    printTime: null,
    reason: /the file does not say/,
  },
  {
    title: 'the longest print',
    hours: { ...open, longestPrint: 4 * HOUR },
    now: '2026-01-09T10:00:00+11:00',
    printTime: 4 * HOUR + 61,
    reason: /takes 4 h 2 min, at most 4 h 0 min/,
  },
  {
    title: 'hours across midnight belong to the day of their begin',
    hours: night,
    now: '2026-01-10T05:59:00+11:00',
    reason: /^$/,
  },
  {
    title: 'and not to the next',
    hours: night,
    now: '2026-01-09T05:59:00+11:00',
    reason: /2026-01-09 20:00/,
  },
  {
    title: 'no hours begin on a closed day',
    hours: { ...day, closedDays: ['2026-01-09', '2026-01-12'] },
    now: '2026-01-09T10:00:00+11:00',
    reason: /2026-01-13 09:00/,
  },
  {
    title: 'days that adjoin are one opening, until a closed day',
    hours: { ...open, limits: 'print', closedDays: ['2026-01-11'] },
    now: '2026-01-09T23:00:00+11:00',
    printTime: 25 * HOUR,
    reason: /^$/,
  },
  {
    title: 'and a print must not run into the closed day',
    hours: { ...open, limits: 'print', closedDays: ['2026-01-11'] },
    now: '2026-01-09T23:00:00+11:00',
    printTime: 26 * HOUR,
    reason: /2026-01-12 00:00/,
  },
  {
    title: 'the night in which clocks go back is an hour longer',
    hours: { ...open, limits: 'print', weekly: [{ days: ['sat'], from: '20:00', to: '06:00' }] },
    now: '2026-04-04T20:00:00+11:00',
    printTime: 11 * HOUR,
    reason: /^$/,
  },
];

for (const { title, hours, now, printTime = HOUR, reason } of cases) {
  test(`printing hours: ${title}`, t => {
    t.regex(checkHours(hours, new Date(now), ZONE)(printTime), reason);
  });
}
