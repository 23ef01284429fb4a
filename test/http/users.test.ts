import test from 'ava';
import { z } from 'zod';
import { certificateSchema, type UserJson, userSchema } from '../../src/contract/user.ts';
import { PASSWORD } from '../support/app.ts';
import { makeCertificate } from '../support/certificate.ts';
import { type HttpFixture, isProblem, startHttp } from './http-fixture.ts';

const NEW = 'battery staple';

const users = async ({ call }: HttpFixture): Promise<readonly UserJson[]> =>
  z.array(z.strictObject(userSchema.shape)).parse(await (await call('admin', 'GET', '/users')).json());

const logIn = ({ call }: HttpFixture, username: string, password: string) =>
  call(undefined, 'POST', '/auth/login', { username, password });

test('an admin lists, makes and changes accounts; no hash leaves the server', async t => {
  const fixture = await startHttp(t);
  const { call, app } = fixture;
  const made = await call('admin', 'POST', '/users', { username: 'Ann', password: PASSWORD, role: 'user' });
  t.is(made.status, 201);
  const ann = userSchema.parse(await made.json());
  t.is(app.published.at(-1)?.actor, app.actors.admin.accountId);
  t.deepEqual(
    (await users(fixture)).map(({ username }) => username),
    ['admin', 'Ann', 'operator', 'plc', 'plc2', 'student', 'student2'],
  );
  const changed = await call('admin', 'PATCH', `/users/${ann.id}`, { role: 'machine', approves_own: true });
  t.deepEqual(userSchema.parse(await changed.json()), { ...ann, role: 'machine', approves_own: true });
  t.false((await (await call('admin', 'GET', '/users')).text()).includes('cheap$'));
  await isProblem(t, await call('admin', 'PATCH', `/users/${ann.id}`, { hash: 'x' }), 422, 'InvalidArgument');
  await isProblem(t, await call('admin', 'PATCH', '/users/nobody', { role: 'user' }), 404, 'NotFound');
});

test('a disabled account is out at once; the last admin cannot be', async t => {
  const fixture = await startHttp(t);
  const { call, app } = fixture;
  t.is((await call('student', 'GET', '/auth/me')).status, 200);
  const path = `/users/${app.actors.student.accountId}`;
  t.is((await call('admin', 'PATCH', path, { disabled: true })).status, 200);
  await isProblem(t, await call('student', 'GET', '/auth/me'), 401, 'Unauthenticated');
  t.is((await logIn(fixture, 'student', PASSWORD)).status, 401);
  const self = `/users/${app.actors.admin.accountId}`;
  await isProblem(t, await call('admin', 'PATCH', self, { disabled: true }), 409, 'InvalidState');
});

test('an admin resets a password', async t => {
  const fixture = await startHttp(t);
  const { call, app } = fixture;
  t.is((await call('student', 'GET', '/auth/me')).status, 200);
  const path = `/users/${app.actors.student.accountId}`;
  t.is((await call('admin', 'PATCH', path, { password: NEW })).status, 200);
  await isProblem(t, await call('student', 'GET', '/auth/me'), 401, 'Unauthenticated');
  t.is((await logIn(fixture, 'student', PASSWORD)).status, 401);
  t.is((await logIn(fixture, 'student', NEW)).status, 200);
  t.false(JSON.stringify(fixture.log.lines).includes(NEW));
});

test('everybody changes their own password: this log-in stays, the others end', async t => {
  const fixture = await startHttp(t);
  const { call, app } = fixture;
  const { token } = await app.application.logIn('student', PASSWORD);
  const change = (old_password: string) =>
    call('student', 'PUT', '/auth/password', { old_password, new_password: NEW });
  await isProblem(t, await change('wrong'), 403, 'NotPermitted');
  t.is((await change(PASSWORD)).status, 204);
  t.is((await call('student', 'GET', '/auth/me')).status, 200);
  const headers = { authorization: `Bearer ${token}` };
  t.is((await call(undefined, 'GET', '/auth/me', undefined, headers)).status, 401);
  t.is((await logIn(fixture, 'student', NEW)).status, 200);
});

test('whoever holds a token cannot guess the password faster than at the log-in', async t => {
  const { call } = await startHttp(t);
  const guess = () =>
    call('student', 'PUT', '/auth/password', { old_password: 'a guess', new_password: NEW });
  for (let count = 0; count < 5; count += 1) t.is((await guess()).status, 403);
  await isProblem(t, await guess(), 429, 'TooManyAttempts');
});

test('an admin sets the certificates of an account, and sees them by thumbprint', async t => {
  const { call, app } = await startHttp(t);
  const certificate = await makeCertificate({ commonName: 'PLC 1' });
  const path = `/users/${app.actors.plc.accountId}/certificates`;
  const set = await call('admin', 'PUT', path, { certificates: [certificate.pem] });
  t.is(set.status, 200);
  const [row] = z
    .array(z.strictObject(certificateSchema.shape))
    .length(1)
    .parse(await set.json());
  t.like(row, { thumbprint: certificate.thumbprint, subject: 'CN=PLC 1' });
  t.deepEqual(await (await call('admin', 'GET', path)).json(), [row]);
  await isProblem(t, await call('admin', 'PUT', path, { certificates: ['x'] }), 400, 'InvalidArgument');
  await isProblem(t, await call('admin', 'PUT', path), 422, 'InvalidArgument');
  await isProblem(t, await call('plc', 'GET', path), 403, 'NotPermitted');
  t.deepEqual(await (await call('admin', 'PUT', path, { certificates: [] })).json(), []);
});
