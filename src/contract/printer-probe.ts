import { z } from 'zod';
import { printerStates } from '../domain/printer.ts';
import { probeCodes, probeSteps } from '../domain/probe-steps.ts';
import { bedSizeSchema, requestObject } from './common.ts';
import { capabilitiesSchema, printerSchema } from './printer.ts';

/** POST printers: without `require` a printer is added whatever the look at it found. */
export const addPrinterQuerySchema = requestObject({
  /** reached: something answers there; ok: it is the kind that was said, and takes the key. */
  require: z.enum(['reached', 'ok']).optional(),
});

/** What a look at a printer found; null where it does not say. */
export const probeSchema = z.object({
  /** Something answers at its address. */
  reached: z.boolean(),
  /** Every step went through. */
  ok: z.boolean(),
  /** The first step that did not. */
  problem: z
    .object({
      step: z.enum(probeSteps),
      code: z.enum(probeCodes),
      message: z.string(),
    })
    .nullable(),
  /** What nobody knows of it and jobs need: what to set by hand. */
  warnings: z.array(z.string()),
  /** Kind and version. */
  software: z.string().nullable(),
  model: z.string().nullable(),
  /** mm */
  nozzle_diameter: z.number().nullable(),
  /** mm */
  bed_size: bedSizeSchema.nullable(),
  material: z.string().nullable(),
  takes_bgcode: z.boolean().nullable(),
  state_name: z.enum(printerStates).nullable(),
  /** The printer's own words to its state. */
  message: z.string(),
  /** Whether it tells where its camera is. */
  camera: z.boolean(),
  /** Null when it was not identified. */
  capabilities: capabilitiesSchema.nullable(),
});
export type ProbeJson = z.infer<typeof probeSchema>;

export const addedPrinterSchema = printerSchema.extend({ probe: probeSchema });
export type AddedPrinterJson = z.infer<typeof addedPrinterSchema>;
