import type { HttpContext } from '../context.ts';
import { HttpProblem } from '../problem.ts';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/** The browser says where a request comes from; one that says nothing is none of our pages. */
const isSameOrigin = (ctx: HttpContext): boolean => {
  const site = ctx.get('Sec-Fetch-Site');
  if (site !== '') return site === 'same-origin';
  const origin = ctx.get('Origin');
  return URL.canParse(origin) && new URL(origin).host === ctx.host;
};

/**
 * Cookies travel with requests that other sites forge, so a change by cookie must come from our own origin.
 * @throws HttpProblem 403
 */
export const checkSameOrigin = (ctx: HttpContext): void => {
  if (safeMethods.includes(ctx.method) || isSameOrigin(ctx)) return;
  throw new HttpProblem(
    403,
    'CrossSite',
    'Changes with the session cookie are taken from our own pages only: programs send a bearer token.',
  );
};
