import { z } from 'zod';

/** What we read of OctoPrint's answers (REST API 1.11). Lenient: unknown fields pass, missing ones are null. */
const number = z.number().nullish().catch(null);
const text = z.string().nullish().catch(null);

const heater = z.object({ actual: number, target: number }).nullish().catch(null);

export const printerSchema = z.object({
  state: z.object({ text, error: text, flags: z.record(z.string(), z.unknown()) }),
  temperature: z.object({ tool0: heater, bed: heater }).nullish().catch(null),
});
export type OctoPrintPrinter = z.infer<typeof printerSchema>;

export const jobSchema = z.object({
  state: text,
  error: text,
  job: z
    .object({
      file: z.object({ path: text, date: number, size: number }).nullish().catch(null),
      estimatedPrintTime: number,
    })
    .nullish()
    .catch(null),
  progress: z.object({ completion: number, printTime: number, printTimeLeft: number }).nullish().catch(null),
});
export type OctoPrintJob = z.infer<typeof jobSchema>;

export const fileSchema = z.object({
  size: number,
  userdata: z.object({ sha256: text }).nullish().catch(null),
  /** Absent until a print of the file has ended. */
  prints: z.object({ last: z.object({ date: number, success: z.boolean().nullish() }).nullish() }).nullish(),
});
export type OctoPrintFile = z.infer<typeof fileSchema>;

export const connectionSchema = z.object({ current: z.object({ state: z.string() }) });

/** Bytes of its disk that are free. */
export const storageSchema = z.object({ free: number });

export const uploadSchema = z.object({ files: z.object({ local: z.object({ path: z.string().min(1) }) }) });

/** Others answer under the same path: PrusaLink with its own name, Moonraker as `OctoPrint (Moonraker …)`. */
export const versionSchema = z.object({ text: z.string() });

export const loginSchema = z.object({ name: z.string().min(1), session: z.string().min(1) });

const length = z.number().positive().nullish().catch(null);

const profileSchema = z.object({
  current: z.boolean().nullish().catch(null),
  model: text,
  extruder: z
    .object({ nozzleDiameter: z.number().positive().max(10).nullish().catch(null) })
    .nullish()
    .catch(null),
  /** mm; of a round bed both are its diameter. */
  volume: z.object({ width: length, depth: length }).nullish().catch(null),
});
export type OctoPrintProfile = z.infer<typeof profileSchema>;
export const profilesSchema = z.object({ profiles: z.record(z.string(), profileSchema) });

export const settingsSchema = z.object({
  webcam: z.object({
    webcamEnabled: z.boolean().nullish().catch(null),
    webcams: z
      .array(z.object({ compat: z.object({ stream: text, snapshot: text }).nullish().catch(null) }))
      .nullish()
      .catch(null),
  }),
});
export type OctoPrintWebcams = z.infer<typeof settingsSchema>['webcam'];

export const keyRequestSchema = z.object({ app_token: z.string().min(1), auth_dialog: text });
export const grantedKeySchema = z.object({ api_key: z.string().min(1) });
