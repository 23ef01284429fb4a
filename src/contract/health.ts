import { z } from 'zod';

/** GET /readyz: whether work is taken; each part says `ok` or what is wrong with it. */
const readinessSchema = z.object({
  status: z.enum(['ready', 'not ready']),
  checks: z.record(z.string(), z.string()),
});
export type ReadinessJson = z.infer<typeof readinessSchema>;
