import { z } from 'zod';

/** GET /healthz: the process answers. */
export const healthSchema = z.object({ status: z.literal('ok') });

/** GET /readyz: whether work is taken; each part says `ok` or what is wrong with it. */
export const readinessSchema = z.object({
  status: z.enum(['ready', 'not ready']),
  checks: z.record(z.string(), z.string()),
});
export type ReadinessJson = z.infer<typeof readinessSchema>;
