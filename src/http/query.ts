import type { z } from 'zod';
import type { RouteContext } from './context.ts';
import { HttpProblem } from './problem.ts';

/**
 * The query by its schema.
 * @throws HttpProblem 422 for a field that is given twice
 * @throws ZodError
 */
export const readQuery = <Output>(ctx: RouteContext, schema: z.ZodType<Output>): Output => {
  for (const [name, value] of Object.entries(ctx.query)) {
    if (!Array.isArray(value)) continue;
    const field = name.slice(0, 40);
    throw new HttpProblem(422, 'InvalidArgument', `${field}: is given ${value.length} times: give it once.`, {
      errors: [{ field, message: 'is given more than once' }],
    });
  }
  return schema.parse(ctx.query);
};
