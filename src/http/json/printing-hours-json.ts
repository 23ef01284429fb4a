import type { PrintingHoursJson } from '../../contract/printing-hours.ts';
import type { PrintingHours } from '../../domain/printing-hours.ts';

export const printingHoursJson = ({
  closedDays,
  longestPrint,
  ...hours
}: PrintingHours): PrintingHoursJson => ({
  limits: hours.limits,
  weekly: hours.weekly.map(({ days, from, to }) => ({ days: [...days], from, to })),
  closed_days: [...closedDays],
  longest_print: longestPrint,
});

export const printingHoursOf = ({
  closed_days,
  longest_print,
  ...hours
}: PrintingHoursJson): PrintingHours => ({
  ...hours,
  closedDays: closed_days,
  longestPrint: longest_print,
});
