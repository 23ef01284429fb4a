import { z } from 'zod';
import { hourLimits, timePattern, weekdays } from '../domain/printing-hours.ts';
import { requestObject } from './common.ts';

const time = z.string().regex(timePattern, 'must be a time such as 08:30 or 24:00');

/** PUT printers/{id}/hours, in the lab's time zone; `{}`: around the clock. */
export const printingHoursSchema = requestObject({
  /** start: a print that began within the hours may run on; print: it has to end within them too. */
  limits: z.enum(hourLimits).default('start'),
  /** Hours that end at or before their begin end on the next day. Without any: around the clock. */
  weekly: z
    .array(
      requestObject({
        days: z.array(z.enum(weekdays)).min(1).max(7),
        from: time.refine(value => value !== '24:00', 'must be before 24:00'),
        to: time,
      }),
    )
    .max(50)
    .default([]),
  closed_days: z.array(z.iso.date()).max(1000).default([]),
  /** s; null for no limit. */
  longest_print: z.number().int().positive().max(10_000_000).nullable().default(null),
});
export type PrintingHoursJson = z.infer<typeof printingHoursSchema>;
