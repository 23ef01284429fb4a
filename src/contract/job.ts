import { z } from 'zod';
import { jobStatuses } from '../domain/job-status.ts';
import { idSchema, shortText, timeSchema } from './common.ts';

const statusName = z.enum(jobStatuses as [string, ...string[]]);
const printerReference = z.union([z.string().max(80), z.number().int()]).transform(String);

/** Fields of POST jobs beside the file; all of them may be left out. */
const submissionFields = {
  /** Account id or username; empty: the caller. */
  user_id: shortText(64).default(''),
  /** A printer's number or name, or `group:NAME`; empty: any. */
  printer_id: printerReference.nullish().transform(value => value ?? ''),
  order_id: shortText(80).default(''),
  priority: z.coerce.number().int().min(-1000).max(1000).default(0),
};

/** POST jobs as multipart, beside the part `file`. Every upload is a new job: no request id. */
export const submitUploadSchema = z.object(submissionFields);

/** POST jobs as JSON, with a stored file. */
export const submitJobSchema = z.object({
  ...submissionFields,
  /** File id or part name. */
  file_id: z.string().min(1).max(80),
  /** A repeat with the same id answers with the first job. */
  request_id: shortText(64).default(''),
});

export type SubmitJobJson = z.output<typeof submitJobSchema>;

/** GET jobs. Pages ascend by id: `after` is the last page's `next`. */
export const findJobsSchema = z.object({
  status: shortText(40).default(''),
  /** Username. */
  owner: shortText(64).default(''),
  /** A printer's number or name. */
  printer: shortText(80).default(''),
  order_id: shortText(80).default(''),
  after: z.coerce.number().int().min(0).max(0xffff_ffff).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const retryJobSchema = z.object({ request_id: shortText(64).default('') });
export const assignJobSchema = z.object({ printer: printerReference });
export const resolveJobSchema = z.object({
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
  attempt: z.number().int(),
  /** % */
  progress: z.number(),
  waiting_reason: z.string(),
  storage_location: z.string(),
});
export type JobJson = z.infer<typeof jobSchema>;

export const jobHistorySchema = z.object({
  id: z.number().int(),
  job_id: idSchema,
  status: statusName,
  create_time: timeSchema,
  reason: z.string(),
  /** Username, `staff` for the caller's eyes only as such, or one of `server` and `printer`. */
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
