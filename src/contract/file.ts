import { z } from 'zod';
import { gcodeKinds } from '../domain/gcode-file.ts';
import { requestObject, timeSchema } from './common.ts';

/** POST files: multipart with a part `file`, or the bytes themselves with their name in the query. */
export const uploadQuerySchema = requestObject({ name: z.string().min(1).max(500) });

/** GET files. Pages ascend by id: `after` is the last page's `next`. */
export const findFilesSchema = requestObject({
  /** Account id or username; empty: own files, for staff everybody's. */
  user_id: z.string().max(64).default(''),
  after: z.string().max(80).default(''),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** PATCH files/{id}: staff publish a file under a part name, or take it back with ''. */
export const publishFileSchema = requestObject({ part_name: z.string().max(64) });

export const fileSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(gcodeKinds),
  /** Bytes. */
  size: z.number().int(),
  /** Hex. */
  sha256: z.string(),
  /** Account id. */
  user_id: z.string(),
  part_name: z.string().nullable(),
  create_time: timeSchema,
  /** What the slicer wrote; null where it says nothing. */
  metadata: z.object({
    slicer: z.string().nullable(),
    /** s */
    print_time: z.number().nullable(),
    printer_model: z.string().nullable(),
    /** mm */
    nozzle_diameter: z.number().nullable(),
    material: z.string().nullable(),
    /** g */
    filament_weight: z.number().nullable(),
    /** mm */
    layer_height: z.number().nullable(),
    /** mm */
    bed_size: z.object({ width: z.number(), depth: z.number() }).nullable(),
  }),
});
export type FileJson = z.infer<typeof fileSchema>;

export const filePageSchema = z.object({
  files: z.array(fileSchema),
  /** Give it as `after` for the next page; null on the last one. */
  next: z.string().nullable(),
});
export type FilePageJson = z.infer<typeof filePageSchema>;
