import { z } from 'zod';

/** What we read of PrusaLink's answers (API v1). Lenient: unknown fields pass, missing or odd ones are null. */
const number = z.number().nullish().catch(null);
const text = z.string().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);

export const statusSchema = z.object({
  printer: z.object({
    state: z.string(),
    temp_nozzle: number,
    target_nozzle: number,
    temp_bed: number,
    target_bed: number,
    axis_x: number,
    axis_y: number,
    axis_z: number,
    /** Raspberry Pi alone. */
    status_printer: z.object({ ok: flag, message: text }).nullish().catch(null),
  }),
  job: z.object({ id: number, progress: number }).nullish().catch(null),
  transfer: z.object({}).nullish().catch(null),
});
export type PrusaLinkStatus = z.infer<typeof statusSchema>;

export const jobSchema = z.object({
  id: z.number(),
  progress: number,
  time_remaining: number,
  time_printing: number,
  /** `name` is the 8.3 name on Buddy. */
  file: z.object({ name: text, display_name: text }).nullish().catch(null),
});
export type PrusaLinkJob = z.infer<typeof jobSchema>;

export const storageSchema = z.object({
  storage_list: z.array(
    z.object({ path: z.string(), name: text, read_only: flag, available: flag, free_space: number }),
  ),
});
export type PrusaLinkStorage = z.infer<typeof storageSchema>['storage_list'][number];

export const fileSchema = z.object({ name: text, size: number, ro: flag, read_only: flag });
export type PrusaLinkFile = z.infer<typeof fileSchema>;

/** Its text begins with the product's name: another server's API may answer under the same path. */
export const versionSchema = z.object({
  text: z.string().startsWith('PrusaLink'),
  /** `PrusaLink I3MK3S`: Raspberry Pi alone. */
  original: text,
  firmware: text,
  nozzle_diameter: number,
});
export type PrusaLinkVersion = z.infer<typeof versionSchema>;

export const infoSchema = z.object({ nozzle_diameter: number, serial: text });
export type PrusaLinkInfo = z.infer<typeof infoSchema>;

export const camerasSchema = z.object({
  camera_list: z.array(z.object({ connected: flag })).catch([]),
});

/** The older API under /api/printer: the only one that tells the loaded material. */
export const printerSchema = z.object({
  telemetry: z.object({ material: text }).nullish().catch(null),
});
