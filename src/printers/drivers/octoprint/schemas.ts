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

export const uploadSchema = z.object({ files: z.object({ local: z.object({ path: z.string().min(1) }) }) });

/** Its text begins with the product's name: another server's API may answer under the same path. */
export const versionSchema = z.object({ text: z.string().startsWith('OctoPrint') });
