import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import type { Context, DefaultContext } from 'koa';
import type { Actor } from '../domain/account.ts';

/** What middleware leaves for the routes. */
export interface State {
  requestId: string;
  /** Who asks; set by authentication. */
  actor?: Actor;
  /** The secret of the session or bearer token; never logged. */
  token?: string;
}

export type HttpContext = Context & { state: State };
export type RouteContext = RouterContext<State, DefaultContext>;
export type HttpRouter = Router<State, DefaultContext>;

/** The authenticated caller: routes behind authentication always have one. */
export const callerOf = (ctx: { readonly state: State }): Actor => {
  const { actor } = ctx.state;
  if (!actor) throw new Error('A route that needs an actor stands before authentication.');
  return actor;
};
