import { koaBody } from 'koa-body';
import type { z } from 'zod';
import { DeadlinePassed, within } from '../../app/deadline.ts';
import type { RouteContext } from '../context.ts';
import { HttpProblem } from '../problem.ts';
import { wantBody } from './continue.ts';

const MAX_BYTES = 1_000_000;
const TIME_LIMIT_MS = 30_000;

const parse = koaBody({
  json: true,
  jsonLimit: MAX_BYTES,
  jsonStrict: true,
  multipart: false,
  text: false,
  urlencoded: false,
});

const parseInTime = async (ctx: RouteContext): Promise<void> => {
  try {
    await within(
      TIME_LIMIT_MS,
      'Reading the body',
      parse(ctx, async () => {}),
    );
  } catch (error) {
    if (error instanceof DeadlinePassed) {
      throw new HttpProblem(408, 'TimedOut', 'The body did not arrive in time.');
    }
    if (error instanceof Error && error.message.includes('only supports object and array')) {
      throw new HttpProblem(422, 'InvalidArgument', 'The body must be a JSON object.');
    }
    if (error instanceof SyntaxError || (error instanceof Error && error.name === 'SyntaxError')) {
      throw new HttpProblem(400, 'InvalidArgument', `The body is not valid JSON: ${error.message}.`);
    }
    throw error;
  }
};

export const hasNoBody = (ctx: RouteContext): boolean => {
  const { 'content-length': length, 'transfer-encoding': encoding } = ctx.req.headers;
  return encoding === undefined && (length === undefined || length === '0');
};

/**
 * Reads and validates a JSON body; none at all counts as `{}`.
 * @throws HttpProblem 400, 408, 413, 415
 * @throws ZodError
 */
export const readJson = async <Output>(ctx: RouteContext, schema: z.ZodType<Output>): Promise<Output> => {
  if (hasNoBody(ctx)) return schema.parse({});
  if (!ctx.is('application/json')) {
    throw new HttpProblem(415, 'UnsupportedMediaType', 'Send JSON, with Content-Type: application/json.');
  }
  if ((ctx.request.length ?? 0) > MAX_BYTES) {
    throw new HttpProblem(413, 'TooLarge', `The body is larger than ${MAX_BYTES} bytes.`);
  }
  wantBody(ctx);
  await parseInTime(ctx);
  return schema.parse(ctx.request.body);
};
