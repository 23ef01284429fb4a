import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { Log } from '../../app/ports.ts';
import type { State } from '../context.ts';

const requestIdPattern = /^[A-Za-z0-9._-]{1,64}$/;

/** Names each request (the caller's X-Request-Id if it is plain) and logs its end; never queries, bodies or headers. */
export const requestLog =
  (log: Log): Middleware<State> =>
  async (ctx, next) => {
    const given = ctx.get('X-Request-Id');
    ctx.state.requestId = requestIdPattern.test(given) ? given : randomUUID();
    ctx.set('X-Request-Id', ctx.state.requestId);
    const started = performance.now();
    ctx.res.once('close', () => {
      log.debug(
        {
          requestId: ctx.state.requestId,
          method: ctx.method,
          path: ctx.path,
          status: ctx.res.statusCode,
          account: ctx.state.actor?.accountId,
          milliseconds: Math.round(performance.now() - started),
        },
        'HTTP request',
      );
    });
    await next();
  };
