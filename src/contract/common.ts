import { z } from 'zod';

/** ISO 8601, UTC. */
export const timeSchema = z.iso.datetime();

/** A number in a path or query. */
export const idSchema = z.coerce.number().int().min(1).max(0xffff_ffff);

export const shortText = (limit: number) => z.string().max(limit);

/**
 * What a client sends: a field that is not known is refused, with the names of those that are. Dropped in silence,
 * a misspelt `printer` would print anywhere.
 */
export const requestObject = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: issue => (issue.code === 'unrecognized_keys' ? unknownField(Object.keys(shape)) : undefined),
  });

const unknownField = (known: readonly string[]): string =>
  known.length === 0 ? 'is unknown: no fields are taken here' : `is unknown: known are ${known.join(', ')}`;

/** Of actions that need nothing more. */
export const nothingSchema = requestObject({});

/** mm */
const bedLength = z.number().positive().max(5000);
export const bedSizeSchema = requestObject({ width: bedLength, depth: bedLength });

export const reasonSchema = requestObject({ reason: shortText(200).default('') });
