import type { HttpContext, RouteContext } from '../context.ts';

/**
 * Tells a client that waits for it (`Expect: 100-continue`, curl with large uploads) to send the body: only now,
 * since it was authenticated and the body is wanted.
 */
export const wantBody = (ctx: HttpContext | RouteContext): void => {
  if (ctx.req.headers.expect?.toLowerCase() !== '100-continue') return;
  delete ctx.req.headers.expect;
  ctx.res.writeContinue();
};
