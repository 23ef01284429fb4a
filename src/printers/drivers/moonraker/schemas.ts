import { z } from 'zod';

/** What we read of Moonraker's answers (API 1.5). Lenient: unknown fields pass, missing ones are null. */
const number = z.number().nullish().catch(null);
const text = z.string().catch('');
const flag = z.boolean().nullish().catch(null);
const numbers = z.array(z.number()).catch([]);

export const infoSchema = z.object({
  klippy_state: z.string(),
  klippy_connected: flag,
  moonraker_version: text,
});
export type MoonrakerInfo = z.infer<typeof infoSchema>;

export const hostSchema = z.object({ app: text, software_version: text });
export type HostInfo = z.infer<typeof hostSchema>;

const heater = z.object({ temperature: number, target: number }).nullish().catch(null);

const statusSchema = z.object({
  webhooks: z.object({ state: z.string(), state_message: text }),
  // Without them the configuration has no virtual_sdcard, or is broken.
  print_stats: z
    .object({ state: text, filename: text, message: text, total_duration: number })
    .nullish()
    .catch(null),
  virtual_sdcard: z
    .object({ progress: number, is_active: flag, file_path: z.string().nullish().catch(null) })
    .nullish()
    .catch(null),
  idle_timeout: z.object({ state: text }).nullish().catch(null),
  display_status: z.object({ message: text }).nullish().catch(null),
  extruder: heater,
  heater_bed: heater,
  toolhead: z.object({ position: numbers }).nullish().catch(null),
});

/** The queried objects; those that the printer does not have are empty. The filament sensors are among the rest. */
export const querySchema = z.object({ status: statusSchema.catchall(z.unknown()) });
export type PrinterObjects = z.infer<typeof querySchema>['status'];

export const sensorSchema = z.object({ enabled: z.boolean(), filament_detected: z.boolean() });

export const objectListSchema = z.object({ objects: z.array(z.string()) });

const historyJobSchema = z.object({
  job_id: z.string(),
  filename: z.string(),
  status: z.string(),
  /** s since 1970 by the printer's clock. */
  start_time: number,
  /** As start_time; null until it has ended. */
  end_time: number,
  /** s */
  total_duration: number,
  metadata: z.object({ estimated_time: number }).nullish().catch(null),
});
export type HistoryJob = z.infer<typeof historyJobSchema>;
export const historyListSchema = z.object({ jobs: z.array(historyJobSchema) });
export const historyOneSchema = z.object({ job: historyJobSchema });

/** job_id and print_start_time are null until a print of the file was seen. */
export const fileSchema = z.object({
  size: number,
  job_id: z.string().nullish().catch(null),
  print_start_time: number,
});
export type StoredFile = z.infer<typeof fileSchema>;

/** Bytes of the disk with the g-code files that are free. */
export const directorySchema = z.object({ disk_usage: z.object({ free: number }) });

export const uploadSchema = z.object({ item: z.object({ path: z.string().min(1) }) });

export const webcamsSchema = z.object({
  webcams: z.array(z.object({ enabled: flag, stream_url: text, snapshot_url: text })),
});
export type Webcam = z.infer<typeof webcamsSchema>['webcams'][number];

const axis = z.object({ position_min: number, position_max: number }).nullish().catch(null);

const configSettings = z.object({
  extruder: z.object({ nozzle_diameter: number }).nullish().catch(null),
  // A delta has other steppers.
  stepper_x: axis,
  stepper_y: axis,
});
export type KlipperConfig = z.infer<typeof configSettings>;
export const configSchema = z.object({
  status: z.object({ configfile: z.object({ settings: configSettings }) }),
});

export const spoolmanSchema = z.object({
  spoolman_connected: flag,
  spool_id: z.number().nullish().catch(null),
});
/** Spoolman's own answer, passed on by Moonraker. */
export const spoolSchema = z.object({
  response: z.object({
    remaining_weight: number,
    filament: z.object({ material: text }).nullish().catch(null),
  }),
});
