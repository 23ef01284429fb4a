import { z } from 'zod';
import { jobStatuses } from '../domain/job-status.ts';
import { idSchema, requestObject, shortText, timeSchema } from './common.ts';

const statusName = z.enum(jobStatuses as [string, ...string[]]);
const printerReference = z.union([z.string().max(80), z.number().int()]).transform(String);

/** A printer's number or name, or `group:NAME`; empty: any. All three mean the same. */
const printerFields = {
  printer_id: printerReference.nullish(),
  printer: printerReference.nullish(),
  wanted_printer: printerReference.nullish(),
};

type PrinterFields = { readonly [Name in keyof typeof printerFields]?: string | null | undefined };

/** One printer, by whichever of its names; two that differ are a mistake. */
const onePrinter = <Fields extends PrinterFields>(
  { printer_id, printer, wanted_printer, ...rest }: Fields,
  context: z.RefinementCtx,
) => {
  const [given = '', ...others] = [printer_id, printer, wanted_printer].filter(name => name);
  if (others.some(other => other !== given)) {
    context.addIssue({
      code: 'custom',
      path: ['printer_id'],
      message: 'printer_id, printer and wanted_printer mean the same: give one of them',
    });
  }
  return { ...rest, printer_id: given ?? '' };
};

/** Fields of POST jobs beside the file; all of them may be left out. */
const submissionFields = {
  /** Account id or username; empty: the caller. */
  user_id: shortText(64).default(''),
  ...printerFields,
  order_id: shortText(80).default(''),
  priority: z.coerce.number().int().min(-1000).max(1000).default(0),
};

/** POST jobs as multipart, beside the part `file`. Every upload is a new job: no request id. */
export const submitUploadSchema = requestObject(submissionFields).transform(onePrinter);

/** POST jobs as JSON, with a stored file. */
export const submitJobSchema = requestObject({
  /** File id or part name. */
  file_id: z.string().min(1).max(80),
  ...submissionFields,
  /** A repeat with the same id answers with the first job. */
  request_id: shortText(64).default(''),
}).transform(onePrinter);

export type SubmitJobJson = z.output<typeof submitJobSchema>;

/** GET jobs. Pages ascend by id: `after` is the last page's `next`. */
export const findJobsSchema = requestObject({
  status: shortText(40).default(''),
  /** Username. */
  owner: shortText(64).default(''),
  /** A printer's number or name. */
  printer: shortText(80).default(''),
  order_id: shortText(80).default(''),
  after: z.coerce.number().int().min(0).max(0xffff_ffff).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const retryJobSchema = requestObject({ request_id: shortText(64).default('') });
export const assignJobSchema = requestObject({ printer: printerReference });
export const resolveJobSchema = requestObject({
  outcome: z.string().min(1).max(40),
  reason: shortText(200).default(''),
});

export const jobSchema = z.object({
  id: idSchema,
  order_id: z.string().nullable(),
  /** Account id of the owner; empty for a job that was started at the printer. */
  user_id: z.string(),
  printer_id: z.number().int().nullable(),
  /** Accumulates: each status that the job has passed leaves its bit set. */
  status: z.number().int(),
  from_server: z.boolean(),
  /** Id of the stored file. */
  gcode_file_path: z.string().nullable(),
  original_filename: z.string(),
  printer_filename: z.string().nullable(),
  start_time: timeSchema.nullable(),
  create_time: timeSchema,
  end_time: timeSchema.nullable(),
  status_code: z.number().int(),
  status_name: statusName,
  owner: z.string(),
  printer: z.string().nullable(),
  wanted_printer: z.string(),
  priority: z.number().int(),
  held: z.boolean(),
  /** JobOrderID of ISA-95; `MES-` and the id for a job that came in another way. */
  job_order_id: z.string(),
  attempt: z.number().int(),
  /** % */
  progress: z.number(),
  waiting_reason: z.string(),
  storage_location: z.string(),
});
export type JobJson = z.infer<typeof jobSchema>;

const jobHistorySchema = z.object({
  id: z.number().int(),
  job_id: idSchema,
  status: statusName,
  create_time: timeSchema,
  reason: z.string(),
  /** Username for staff and for oneself, else `someone else`; `server` or `printer` for what nobody did. */
  actor: z.string(),
});
export type JobHistoryJson = z.infer<typeof jobHistorySchema>;

/** GET jobs/{id}. */
export const jobWithHistorySchema = z.object({ job: jobSchema, history: z.array(jobHistorySchema) });
export type JobWithHistoryJson = z.infer<typeof jobWithHistorySchema>;

export const jobPageSchema = z.object({
  jobs: z.array(jobSchema),
  /** Give it as `after` for the next page; null on the last one. */
  next: z.number().int().nullable(),
});
export type JobPageJson = z.infer<typeof jobPageSchema>;
