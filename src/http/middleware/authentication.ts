import type { Middleware } from 'koa';
import type { Application } from '../../app/application.ts';
import type { HttpContext, State } from '../context.ts';
import { HttpProblem } from '../problem.ts';
import { checkSameOrigin } from './same-origin.ts';

export const SESSION_COOKIE = 'mes_session';

const unauthenticated = (detail: string): HttpProblem =>
  new HttpProblem(401, 'Unauthenticated', detail, { headers: { 'WWW-Authenticate': 'Bearer' } });

const MAX_TOKEN_LENGTH = 500;

/** The bearer token, else the session cookie, which counts for requests from our own pages alone. */
const tokenOf = (ctx: HttpContext): string | undefined => {
  const header = ctx.get('Authorization');
  if (header !== '') {
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    if (token === undefined)
      throw unauthenticated('Only bearer tokens are taken: log in at POST /api/v1/auth/login.');
    return token;
  }
  const token = ctx.cookies.get(SESSION_COOKIE);
  if (token !== undefined) checkSameOrigin(ctx);
  return token;
};

/** Before any body is read. */
export const authentication =
  (application: Application): Middleware<State> =>
  async (ctx, next) => {
    const token = tokenOf(ctx);
    if (token === undefined) {
      throw unauthenticated(
        'Log in at POST /api/v1/auth/login, then send the header Authorization: Bearer TOKEN.',
      );
    }
    const actor = token.length > MAX_TOKEN_LENGTH ? undefined : await application.actorOfToken(token);
    if (!actor) throw unauthenticated('The token is unknown or expired: log in again.');
    ctx.state.actor = actor;
    ctx.state.token = token;
    return next();
  };
