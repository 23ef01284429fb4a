import { z } from 'zod';
import { bedContentNames } from '../domain/bed.ts';
import { requestObject, shortText, timeSchema } from './common.ts';

const content = z.enum(bedContentNames);

/** POST pickups: an empty printer takes the plate that has waited longest. */
export const beginPickupSchema = requestObject({
  printer: z
    .union([z.string().max(64), z.number().int()])
    .transform(String)
    .default(''),
  robot: z.string().min(1).max(64),
});

export const confirmPickupSchema = requestObject({ storage_location: shortText(80).default('') });

export const begunPickupSchema = z.object({
  id: z.number().int(),
  printer: z.string(),
  job_id: z.number().int().nullable(),
  content,
});
export type BegunPickupJson = z.infer<typeof begunPickupSchema>;

/** One plate that waits or is being taken. */
export const pickupSchema = z.object({
  /** Null while it waits. */
  id: z.number().int().nullable(),
  state: z.enum(['requested', 'inProgress', 'failed']),
  printer: z.string(),
  job_id: z.number().int().nullable(),
  content,
  robot: z.string().nullable(),
  since: timeSchema,
  /** A robot holds it for longer than PICKUP_TIMEOUT: an operator must look. */
  overdue: z.boolean(),
});
export type PickupJson = z.infer<typeof pickupSchema>;
