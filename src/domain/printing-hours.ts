import { Temporal } from 'temporal-polyfill';

/** What has to happen within the hours. */
export const hourLimits = ['start', 'print'] as const;
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** Belongs to the days on which it begins; one that ends at or before its begin ends on the next day. */
export interface WeeklyHours {
  readonly days: readonly Weekday[];
  /** `HH:MM` */
  readonly from: string;
  /** `HH:MM`, also `24:00` */
  readonly to: string;
}

/** When a printer may print, in the lab's time zone. */
export interface PrintingHours {
  /** start: a print that began within the hours may run on; print: it has to end within them too. */
  readonly limits: (typeof hourLimits)[number];
  /** Without any: around the clock. */
  readonly weekly: readonly WeeklyHours[];
  /** `YYYY-MM-DD`: no hours begin on them. */
  readonly closedDays: readonly string[];
  /** s; null for no limit. */
  readonly longestPrint: number | null;
}

export const timePattern = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** Nothing in them keeps a print from starting. */
export const isAlwaysOpen = ({ weekly, closedDays, longestPrint }: PrintingHours): boolean =>
  weekly.length === 0 && closedDays.length === 0 && longestPrint === null;

const aroundTheClock: readonly WeeklyHours[] = [{ days: weekdays, from: '00:00', to: '24:00' }];
/** Days that are looked ahead: more than the longest holidays of a lab. */
const HORIZON = 60;

interface Span {
  readonly from: Temporal.ZonedDateTime;
  readonly to: Temporal.ZonedDateTime;
}

const at = (date: Temporal.PlainDate, time: string, zone: string): Temporal.ZonedDateTime =>
  time === '24:00'
    ? date.add({ days: 1 }).toZonedDateTime(zone)
    : date.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) });

/** The hours that begin on a day, ascending. */
const spansOn = (hours: PrintingHours, date: Temporal.PlainDate, zone: string): readonly Span[] => {
  if (hours.closedDays.includes(date.toString())) return [];
  const day = weekdays[date.dayOfWeek - 1];
  const weekly = hours.weekly.length === 0 ? aroundTheClock : hours.weekly;
  return weekly
    .filter(({ days }) => days.some(each => each === day))
    .map(({ from, to }) => ({
      from: at(date, from, zone),
      to: at(to <= from ? date.add({ days: 1 }) : date, to, zone),
    }))
    .sort((left, right) => Temporal.ZonedDateTime.compare(left.from, right.from));
};

/** From yesterday on, whose hours may run into today; overlapping and adjoining ones are one. */
const openSpans = (hours: PrintingHours, now: Temporal.ZonedDateTime): readonly Span[] => {
  const open: Span[] = [];
  for (let day = -1; day <= HORIZON; day++) {
    for (const span of spansOn(hours, now.toPlainDate().add({ days: day }), now.timeZoneId)) {
      const last = open.at(-1);
      if (last === undefined || Temporal.ZonedDateTime.compare(span.from, last.to) > 0) open.push(span);
      else if (Temporal.ZonedDateTime.compare(span.to, last.to) > 0)
        open.splice(-1, 1, { ...last, to: span.to });
    }
  }
  return open.filter(({ to }) => Temporal.ZonedDateTime.compare(to, now) > 0);
};

const lengthText = (seconds: number): string => {
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

const timeText = (time: Temporal.ZonedDateTime): string =>
  `${time.toPlainDate()} ${time.toPlainTime().toString({ smallestUnit: 'minute' })}`;

/** Why a print of so many s must not be started now, '' when it may; null for a file that does not say. */
export type HoursCheck = (printTime: number | null) => string;

/**
 * The hours of one printer at one moment, worked out once for all jobs that wait.
 * @param zone IANA name of the lab's time zone
 */
export const checkHours = (hours: PrintingHours, now: Date, zone: string): HoursCheck => {
  const { limits, longestPrint } = hours;
  const time = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone);
  const spans = openSpans(hours, time).map(({ from, to }) => ({
    from,
    begin: Math.max(from.epochMilliseconds, now.getTime()),
    end: to.epochMilliseconds,
  }));

  return printTime => {
    if (printTime === null && (limits === 'print' || longestPrint !== null)) {
      return 'its hours depend on how long a print takes, and the file does not say.';
    }
    const length = printTime ?? 0;
    if (longestPrint !== null && length > longestPrint) {
      return `the print takes ${lengthText(length)}, at most ${lengthText(longestPrint)} is allowed.`;
    }
    const needed = limits === 'print' ? length * 1000 : 0;
    const first = spans.find(({ begin, end }) => begin + needed <= end);
    if (first === undefined) {
      return spans.length === 0
        ? `closed for the next ${HORIZON} days.`
        : `the print takes ${lengthText(length)} and fits into none of its hours.`;
    }
    if (first.begin === now.getTime()) return '';
    return `its hours begin, for this print, ${timeText(first.from)}.`;
  };
};
