import test from 'ava';
import { type Role, roles } from '../../src/domain/account.ts';
import { routeTable } from '../../src/http/routes/route-table.ts';
import { PASSWORD, type Person } from '../support/app.ts';
import { form, isProblem, startHttp } from './http-fixture.ts';

interface Route {
  readonly method: string;
  readonly path: string;
  readonly body?: () => object;
  /** Roles that get past the question whether they may: the answer is then anything but 401 and 403. */
  readonly allowed: readonly Role[];
}

const everybody = roles;
const staff = ['operator', 'admin'] as const;
const notUsers = ['machine', ...staff] as const;
const admins = ['admin'] as const;
const json = (value: object) => () => value;

const printerActions = (printer: string): readonly Route[] => [
  { method: 'GET', path: printer, allowed: everybody },
  { method: 'GET', path: `${printer}/status`, allowed: everybody },
  { method: 'PATCH', path: printer, body: json({ model: 'MK4' }), allowed: admins },
  { method: 'POST', path: `${printer}/probe`, allowed: staff },
  { method: 'POST', path: `${printer}/key-requests`, allowed: admins },
  { method: 'PUT', path: `${printer}/worker:start`, allowed: staff },
  { method: 'PUT', path: `${printer}/worker:stop`, allowed: staff },
  { method: 'PUT', path: `${printer}/maintenance`, body: json({ on: false }), allowed: staff },
  { method: 'PUT', path: `${printer}/simulation`, allowed: staff },
  { method: 'GET', path: `${printer}/simulation`, allowed: staff },
  { method: 'PUT', path: `${printer}/bed:clear`, allowed: notUsers },
];

/** Job 1 and order A-1 belong to another user and file f-1 with them, so `everybody` means that it is NotFound for a user. */
const routes: readonly Route[] = [
  { method: 'POST', path: '/auth/logout', allowed: everybody },
  { method: 'GET', path: '/auth/me', allowed: everybody },
  {
    method: 'PUT',
    path: '/auth/password',
    body: json({ old_password: PASSWORD, new_password: 'battery staple' }),
    allowed: everybody,
  },
  { method: 'GET', path: '/users', allowed: admins },
  {
    method: 'POST',
    path: '/users',
    body: json({ username: 'ann', password: PASSWORD, role: 'user' }),
    allowed: admins,
  },
  { method: 'PATCH', path: '/users/nobody', body: json({ disabled: true }), allowed: admins },
  { method: 'GET', path: '/users/nobody/certificates', allowed: admins },
  { method: 'PUT', path: '/users/nobody/certificates', body: json({ certificates: [] }), allowed: admins },
  { method: 'POST', path: '/files', body: () => form({}), allowed: everybody },
  { method: 'GET', path: '/files', allowed: everybody },
  { method: 'GET', path: '/files/f-1', allowed: everybody },
  { method: 'PATCH', path: '/files/f-1', body: json({ part_name: 'bracket' }), allowed: staff },
  { method: 'GET', path: '/jobs', allowed: everybody },
  { method: 'POST', path: '/jobs', body: () => form({}), allowed: everybody },
  { method: 'POST', path: '/jobs', body: json({ file_id: 'f-1' }), allowed: everybody },
  { method: 'GET', path: '/jobs/1', allowed: everybody },
  { method: 'PUT', path: '/jobs/1:approve', allowed: staff },
  { method: 'PUT', path: '/jobs/1:reject', allowed: staff },
  { method: 'PUT', path: '/jobs/1:assign', body: json({ printer: 'Printer1' }), allowed: staff },
  { method: 'PUT', path: '/jobs/1:resolve', body: json({ outcome: 'failed' }), allowed: staff },
  { method: 'PUT', path: '/jobs/1:collect', allowed: everybody },
  { method: 'GET', path: '/orders', allowed: everybody },
  {
    method: 'POST',
    path: '/orders',
    body: json({ order_id: 'A-2', file_id: 'f-1', quantity: 2 }),
    allowed: everybody,
  },
  { method: 'GET', path: '/orders/A-1', allowed: everybody },
  { method: 'GET', path: '/printers', allowed: everybody },
  { method: 'POST', path: '/printers', body: json({ api: 'Mock', opcua_name: 'New' }), allowed: admins },
  {
    method: 'POST',
    path: '/printers/probe',
    body: json({ api: 'Mock', opcua_name: 'New' }),
    allowed: admins,
  },
  {
    method: 'PATCH',
    path: '/printers',
    body: json({ names: ['Printer1'], material: 'PLA' }),
    allowed: staff,
  },
  {
    method: 'POST',
    path: '/printers/key-requests',
    body: json({ api: 'Mock', opcua_name: 'New' }),
    allowed: admins,
  },
  { method: 'GET', path: '/printers/key-requests', allowed: admins },
  { method: 'GET', path: '/printers/key-requests/7', allowed: admins },
  ...printerActions('/printers/1'),
  ...printerActions('/printers/opcua/Printer1'),
  { method: 'GET', path: '/pickups', allowed: notUsers },
  { method: 'POST', path: '/pickups', body: json({ robot: 'R1' }), allowed: notUsers },
  { method: 'PUT', path: '/pickups/77:confirm', allowed: notUsers },
  { method: 'PUT', path: '/pickups/77:fail', allowed: notUsers },
  { method: 'PUT', path: '/pickups/77:release', allowed: notUsers },
  { method: 'DELETE', path: '/printers/opcua/Printer1', allowed: admins },
  { method: 'DELETE', path: '/printers/1', allowed: admins },
];

/** A machine may do these to what is its own only; it neither owns nor submitted job 1 and order A-1. */
const ownRoutes: readonly Route[] = [
  ...(['pause', 'resume', 'cancel'] as const).map(action => ({
    method: 'PUT',
    path: `/jobs/1:${action}`,
    allowed: staff,
  })),
  { method: 'PUT', path: '/orders/A-1:cancel', allowed: staff },
  // Their own while their job prints there.
  { method: 'GET', path: '/printers/1/camera/stream', allowed: staff },
  { method: 'GET', path: '/printers/opcua/Printer1/camera/snapshot', allowed: staff },
];

const personOf: Readonly<Record<Role, Person>> = {
  user: 'student2',
  machine: 'plc',
  operator: 'operator',
  admin: 'admin',
};

test('every route but health, set-up and log-in asks for a log-in', async t => {
  const { call } = await startHttp(t);
  for (const { method, path, body } of [...routes, ...ownRoutes]) {
    const response = await call(undefined, method, path, body?.());
    await isProblem(t, response, 401, 'Unauthenticated');
    t.is(response.headers.get('www-authenticate'), 'Bearer', `${method} ${path}`);
  }
});

for (const role of roles) {
  test(`every route as ${role}`, async t => {
    for (const { method, path, body, allowed } of [...routes, ...ownRoutes]) {
      const { app, call } = await freshLab(t);
      const response = await call(personOf[role], method, path, body?.());
      const what = `${method} ${path} as ${role}: ${response.status}`;
      t.not(response.status, 401, what);
      t.true(response.status < 500, what);
      const hidden = ['/jobs/1', '/orders/A-1', '/files/f-1'].some(one => path.startsWith(one));
      if (!allowed.includes(role)) t.true([403, hidden ? 404 : 403].includes(response.status), what);
      else if (role === 'user' && hidden) t.is(response.status, 404, what);
      else t.not(response.status, 403, what);
      await response.arrayBuffer();
      t.is((await app.jobOf(1)).owner, app.actors.student.accountId);
    }
  });
}

test('the list of routes says who may as the routes do', t => {
  const told = ({ method, path }: Route): readonly string[] => {
    const isPath = (template: string): boolean =>
      new RegExp(`^${template.replace(/\{\w+\}/g, '[^/:]+')}$`).test(`/api/v1${path}`);
    const entry = routeTable.find(route => route.method === method && isPath(route.path));
    return (entry?.who ?? []).map(who => who.replace(' (own)', ''));
  };
  for (const route of routes) t.deepEqual(told(route), [...route.allowed], `${route.method} ${route.path}`);
  for (const route of ownRoutes) t.deepEqual(told(route), [...roles], `${route.method} ${route.path}`);
});

/** One printer, and one job of a student. */
const freshLab = async (t: Parameters<typeof startHttp>[0]) => {
  const fixture = await startHttp(t);
  await fixture.app.addPrinter('Printer1');
  const { app } = fixture;
  await app.submit('student');
  const order = { orderId: 'A-1', file: 'f-1', quantity: 2, owner: '', priority: 0 };
  await app.application.submitOrder(app.actors.student, order);
  return fixture;
};
