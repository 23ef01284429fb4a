import test from 'ava';
import { createLogInThrottle } from '../../src/app/accounts/log-in-throttle.ts';
import { routeIndexSchema } from '../../src/contract/route-index.ts';
import { routeTable } from '../../src/http/routes/route-table.ts';
import { createRouters } from '../../src/http/routes/routes.ts';
import { httpSettings, isProblem, startHttp } from './http-fixture.ts';

test('the list of routes is what the routers serve, no more and no less', async t => {
  const { app } = await startHttp(t);
  const health = async () => ({ ready: true, checks: {} });
  const served = createRouters({
    application: app.application,
    throttle: createLogInThrottle(),
    settings: httpSettings,
    health,
    version: '',
  })
    .flatMap(({ stack }) => stack)
    .flatMap(({ methods, path }) => {
      const template = String(path)
        .replace(/(?<!\\):(\w+)/g, '{$1}')
        .replaceAll('\\:', ':');
      return methods
        .filter(method => method !== 'HEAD')
        .map(method => `${method} ${template.replace(/(.)\/$/, '$1')}`);
    });
  t.deepEqual(routeTable.map(({ method, path }) => `${method} ${path}`).sort(), served.sort());
});

test('both roots list the routes without log-in, with name and version', async t => {
  const { root, api } = await startHttp(t);
  for (const url of [`${root}/`, api, `${api}/`]) {
    const answer = await fetch(url);
    t.is(answer.status, 200, url);
    const index = routeIndexSchema.parse(await answer.json());
    t.like(index, { name: 'MES Printing Server', version: '1.2.3' });
    t.deepEqual(index.routes, [...routeTable]);
    t.true(index.routes.every(({ does, who }) => does !== '' && who.length > 0));
  }
});

test('until the set-up is done, the roots say what to do and list nothing', async t => {
  const { root, api } = await startHttp(t, { accounts: false });
  for (const url of [`${root}/`, api]) await isProblem(t, await fetch(url), 503, 'SetUpNeeded');
});
