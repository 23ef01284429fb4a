import { z } from 'zod';

/** GET / and GET /api/v1: what there is. */
export const routeIndexSchema = z.object({
  name: z.string(),
  version: z.string(),
  /** How to log in, and where to read more. */
  help: z.string(),
  routes: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      does: z.string(),
      /** Roles, or `anyone`: without log-in. `(own)`: only what is the caller's own. */
      who: z.array(z.string()),
    }),
  ),
});
export type RouteIndexJson = z.infer<typeof routeIndexSchema>;
