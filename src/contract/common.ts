import { z } from 'zod';

/** ISO 8601, UTC. */
export const timeSchema = z.iso.datetime();

/** A number in a path or query. */
export const idSchema = z.coerce.number().int().min(1).max(0xffff_ffff);

export const shortText = (limit: number) => z.string().max(limit);

/** Of actions that need nothing more. */
export const nothingSchema = z.object({});

export const reasonSchema = z.object({ reason: shortText(200).default('') });
