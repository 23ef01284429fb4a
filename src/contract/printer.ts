import { z } from 'zod';
import { bedContentNames, bedStates } from '../domain/bed.ts';
import { type PrinterApi, printerApis, printerStates } from '../domain/printer.ts';
import { bedSizeSchema, requestObject, shortText, timeSchema } from './common.ts';
import { printingHoursSchema } from './printing-hours.ts';

/** Other names that people use; the earlier server called PrusaLink so. */
const aliases = new Map<string, PrinterApi>([['prusa', 'PrusaLink']]);

const apiOf = (name: string): PrinterApi | undefined => {
  const key = name.trim().toLowerCase();
  return printerApis.find(api => api.toLowerCase() === key) ?? aliases.get(key);
};

const apiSchema = z.string().transform((name, context): PrinterApi => {
  const api = apiOf(name);
  if (api) return api;
  context.addIssue({ code: 'custom', message: `must be one of ${printerApis.join(', ')} or Prusa` });
  return z.NEVER;
});

const url = z.string().max(500);
const optionalText = (limit: number) => z.string().max(limit).nullish();
const nozzleDiameter = z.number().positive().max(10).nullable();

/** POST printers. Without `opcua_name` the printer is called like its host. */
export const addPrinterSchema = requestObject({
  url: url.default(''),
  api: apiSchema,
  api_key: z.string().max(500).nullish(),
  opcua_name: optionalText(64),
  worker: z.boolean().default(true),
  camera_url: optionalText(500),
  group: optionalText(64),
  group_name: optionalText(64),
  model: optionalText(64),
  material: optionalText(64),
  colour: optionalText(64),
  nozzle_diameter: nozzleDiameter.optional(),
  bed_size: bedSizeSchema.nullish(),
  /** PrusaLink by name and password: then the api_key is the password. */
  username: optionalText(64),
});
export type AddPrinterJson = z.infer<typeof addPrinterSchema>;

/** The host's user who is to grant the key; any when it is left out. */
const user = shortText(64).default('');
export const requestKeySchema = requestObject({ user });
/** POST printers/key-requests: as POST printers, with nobody's key. */
export const requestKeyToAddSchema = addPrinterSchema.omit({ api_key: true }).extend({ user });

export const keyRequestSchema = z.object({
  id: z.string(),
  printer: z.string(),
  state: z.enum(['pending', 'granted', 'denied', 'expired', 'failed']),
  /** Why it was not granted. */
  reason: z.string(),
  /** Where a person grants it. */
  grant_url: z.string().nullable(),
  create_time: timeSchema,
  /** Until when a person may grant it. */
  expire_time: timeSchema,
});
export type KeyRequestJson = z.infer<typeof keyRequestSchema>;

/** PATCH printers/{id}: what is left out stays; the name and api of a printer never change. */
export const changePrinterSchema = requestObject({
  url: url.optional(),
  api_key: z.string().max(500).optional(),
  username: z.string().max(64).optional(),
  worker: z.boolean().optional(),
  camera_url: z.string().max(500).optional(),
  group: z.string().max(64).optional(),
  model: z.string().max(64).optional(),
  material: z.string().max(64).optional(),
  colour: z.string().max(64).optional(),
  nozzle_diameter: nozzleDiameter.optional(),
  bed_size: bedSizeSchema.nullable().optional(),
});

/** PATCH printers: what is loaded on many at once, by name or `group:NAME`; what is left out stays. */
export const setLoadedMaterialSchema = requestObject({
  names: z.array(shortText(70)).min(1).max(1000),
  material: shortText(64).optional(),
  colour: shortText(64).optional(),
  nozzle_diameter: nozzleDiameter.optional(),
});

export const maintenanceSchema = requestObject({ on: z.boolean(), reason: shortText(200).default('') });
export const clearBedSchema = requestObject({
  storage_location: shortText(80).optional(),
  /** False: the part that lay there is bad. */
  good: z.boolean().optional(),
});

/** GET printers. */
export const findPrintersSchema = requestObject({ group: shortText(64).default('') });

/** How it is now: the same words in a printer and in its status. */
const liveFields = {
  /** The coarse view of the earlier server. */
  state: z.enum(['ready', 'printing', 'error']),
  /** `unknown` before it was read for the first time. */
  state_name: z.enum(printerStates),
  /** As StateCode in OPC UA. */
  state_code: z.number().int(),
  /** It answers. */
  online: z.boolean(),
  /** Takes a job now. */
  ready: z.boolean(),
  /** Why it takes none: what to do about it; empty when it does. */
  not_ready_reason: z.string(),
};

/** What the printer's interface offers; whoever wants it asks for this, never for the kind of printer. */
export const capabilitiesSchema = z.object({
  pause: z.boolean(),
  resume: z.boolean(),
  /** It can tell where its camera is. */
  camera: z.boolean(),
  /** It tells what filament is loaded. */
  filament: z.boolean(),
  /** It says when something has changed; the others show it at the next look. */
  push: z.boolean(),
});

/** The key is never returned. */
export const printerSchema = z.object({
  id: z.number().int(),
  /** Staff alone. */
  url: z.string().nullable(),
  api: z.enum(printerApis),
  group_name: z.string(),
  has_worker: z.boolean(),
  opcua_name: z.string(),
  /** Staff alone. */
  camera_url: z.string().nullable(),
  model: z.string().nullable(),
  /** mm */
  nozzle_diameter: z.number().nullable(),
  /** mm */
  bed_size: bedSizeSchema.nullable(),
  material: z.string().nullable(),
  colour: z.string().nullable(),
  maintenance: z.object({ on: z.boolean(), reason: z.string() }),
  /** Null when it may print around the clock. */
  hours: printingHoursSchema.nullable(),
  /** Null while its worker is stopped. */
  capabilities: capabilitiesSchema.nullable(),
  ...liveFields,
  create_time: timeSchema,
});
export type PrinterJson = z.infer<typeof printerSchema>;

/** °C */
const temperature = z.object({ actual: z.number().nullable(), target: z.number().nullable() });

export const printerStatusSchema = z.object({
  name: z.string(),
  model: z.string().nullable(),
  url: z.string().nullable(),
  camera_url: z.string().nullable(),
  ...liveFields,
  message: z.string(),
  temp_bed: temperature,
  temp_nozzle: temperature,
  bed: z.object({
    state: z.enum(bedStates),
    content: z.enum(bedContentNames),
  }),
  job: z
    .object({
      /** Null for a foreign job, and for a user when it is somebody else's. */
      id: z.number().int().nullable(),
      file_path: z.string().nullable(),
      previewed_model_url: z.string().nullable(),
      /** % */
      progress: z.number().nullable(),
      /** s */
      time_used: z.number().nullable(),
      /** s */
      time_left: z.number().nullable(),
      /** s */
      time_approx: z.number().nullable(),
    })
    .nullable(),
  update_time: timeSchema,
});
export type PrinterStatusJson = z.infer<typeof printerStatusSchema>;
