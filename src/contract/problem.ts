import { z } from 'zod';

/** RFC 9457, served as application/problem+json. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** What was wrong and what to do. */
  detail: z.string(),
  /** Name of the OPC UA ReturnCode where there is one, else a name of HTTP's own such as Unauthenticated. */
  code: z.string(),
  /** Stands in the server's log as well. */
  request_id: z.string(),
  /** The fields that were refused; with NoCompatiblePrinter the printers, and why each can't print it. */
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
