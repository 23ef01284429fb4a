import type { RouteIndexJson } from '../../contract/route-index.ts';
import type { HttpRouter } from '../context.ts';
import { routeTable } from './route-table.ts';

/** What stands at the root of a router: so that nobody has to guess paths. Served without log-in. */
export const addRouteIndex = (router: HttpRouter, version: string): void => {
  const body: RouteIndexJson = {
    name: 'MES Printing Server',
    version,
    help: 'POST /api/v1/auth/login {"username", "password"} gives an access_token: send the header Authorization: Bearer TOKEN. See README.md.',
    routes: [...routeTable],
  };
  router.get('/', ctx => {
    ctx.body = body;
  });
};
