import type { Middleware } from 'koa';
import type { Log } from '../../app/ports.ts';
import { answerUnread, hasUnreadBody } from '../body/answer-unread.ts';
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

const notFound = (ctx: HttpContext): HttpProblem =>
  new HttpProblem(
    404,
    'NotFound',
    `There is nothing at ${ctx.method} ${ctx.path.slice(0, 200)}: GET /api/v1 lists what there is.`,
  );

interface Matched {
  readonly path: string;
  readonly methods: readonly string[];
}

const isAction = (path: string): boolean => /[^/]\\?:[a-z]+$/.test(path);

/** The routers say only that a path has no such method, or (501) that none has; the matched routes say which it has. */
const wrongMethod = (ctx: HttpContext, error: unknown): HttpProblem | undefined => {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (error instanceof HttpProblem || (status !== 405 && status !== 501)) return undefined;
  const { matched = [] } = ctx as { readonly matched?: readonly Matched[] };
  // An id such as `1:approve` is an action, and `jobs/{id}` is not meant.
  const meant = isAction(ctx.path) ? matched.filter(({ path }) => isAction(path)) : matched;
  const allow = [...new Set(meant.flatMap(({ methods }) => methods))].sort().join(', ');
  if (allow === '') return notFound(ctx);
  const detail = `${ctx.path.slice(0, 200)} takes ${allow}, not ${ctx.method}.`;
  return new HttpProblem(405, 'MethodNotAllowed', detail, { headers: { Allow: allow } });
};

/** The one place where an error becomes an answer: RFC 9457, and never a stack trace. */
export const problems =
  (log: Log): Middleware<State> =>
  async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined && ctx.respond !== false) {
        throw notFound(ctx);
      }
    } catch (error) {
      const problem = wrongMethod(ctx, error) ?? problemOf(error);
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
