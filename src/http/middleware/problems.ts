import type { Middleware } from 'koa';
import type { Log } from '../../app/ports.ts';
import { answerUnread, hasUnreadBody } from '../body/linger.ts';
import type { HttpContext, State } from '../context.ts';
import { HttpProblem, problemJson, problemOf } from '../problem.ts';

const answer = async (ctx: HttpContext, problem: HttpProblem): Promise<void> => {
  if (ctx.res.headersSent || ctx.res.destroyed) return;
  ctx.status = problem.status;
  ctx.set({ ...problem.headers });
  ctx.type = 'application/problem+json';
  const text = JSON.stringify(problemJson(problem, ctx.state.requestId));
  if (hasUnreadBody(ctx.req)) await answerUnread(ctx, text);
  else ctx.body = text;
};

/** The one place where an error becomes an answer: RFC 9457, and never a stack trace. */
export const problems =
  (log: Log): Middleware<State> =>
  async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined && ctx.respond !== false) {
        throw new HttpProblem(
          404,
          'NotFound',
          `There is nothing at ${ctx.method} ${ctx.path.slice(0, 200)}.`,
        );
      }
    } catch (error) {
      const problem = problemOf(error);
      if (!problem || problem.status === 507 || problem.code === 'OutcomeUnknown') {
        log.error({ err: error, requestId: ctx.state.requestId }, 'A request failed');
      }
      await answer(
        ctx,
        problem ??
          new HttpProblem(500, 'InternalError', 'The server failed; its log tells why, by the request id.'),
      );
    }
  };
